import type { Duplex } from 'node:stream';
import { openApiSocket } from '../api-socket.ts';
import type { HttpTransport } from '../transport.ts';
import { ForwardedStream } from './forwarded-stream.ts';

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * The kubelet's protocol of port-forwards over a WebSocket, each of one connection. Kubernetes hands it on to the kubelet in all versions that are
 * supported; the other one, SPDY within a WebSocket, needs 1.31.
 */
const PROTOCOL = 'v4.channel.k8s.io';

/**
 * A connection to a port of a pod through the API server. Whether anybody listens there shows when it is used: it then ends with PortNotForwarded.
 * @throws ApiError (403: the caller may not), ClusterUnreachable, or the reason of `signal`
 */
export async function openPortForward(
  transport: HttpTransport,
  { namespace, pod, port }: PodPort,
  signal: AbortSignal,
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward`;
  return new ForwardedStream(await openApiSocket(transport, `${path}?ports=${port}`, PROTOCOL, signal));
}
