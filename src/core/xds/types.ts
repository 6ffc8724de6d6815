import type { EnvoyProfile } from '../api/envoy-profile.ts';

/** A part of Envoy’s configuration as the JSON form of its protobuf message. */
export type EnvoyMessage = { readonly [field: string]: unknown };

/** A protobuf Any: the message with the name of its type. */
export const typed = (type: string, message: EnvoyMessage): EnvoyMessage => ({
  '@type': `type.googleapis.com/${type}`,
  ...message,
});

export const tcpAddress = (address: string, port: number, more: EnvoyMessage = {}): EnvoyMessage => ({
  socket_address: { address, port_value: port, ...more },
});

/**
 * A port on all addresses of the pod. `::` with ipv4_compat takes both families in one socket, also in a pod that has only IPv4
 * addresses.
 */
export const podAddress = (port: number, ipFamilies: EnvoyProfile['spec']['ipFamilies']): EnvoyMessage =>
  ipFamilies === 'DualStack' ? tcpAddress('::', port, { ipv4_compat: true }) : tcpAddress('0.0.0.0', port);
