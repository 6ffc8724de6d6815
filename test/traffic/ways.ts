import { PEER, POD } from './captured-pod.ts';

/** The ways from a client to a server, each with a server of its own: past the sidecar, or through it in one direction. */
export const WAYS = {
  // loopback is never captured
  direct: { from: 'peer', to: '127.0.0.1', in: 'peer', port: 8080 },
  inbound: { from: 'peer', to: POD.ipv4, in: 'pod', port: 8081 },
  outbound: { from: 'pod', to: PEER.ipv4, in: 'peer', port: 8082 },
} as const;
export type Way = keyof typeof WAYS;

export const EVERY_WAY = Object.keys(WAYS) as readonly Way[];
