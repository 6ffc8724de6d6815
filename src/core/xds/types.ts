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
