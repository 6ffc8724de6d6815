import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { PortNotForwarded } from '../port-forward/forwarded-stream.ts';
import { openPortForward } from '../port-forward/port-forward.ts';
import type { HttpTransport } from '../transport.ts';
import type { DashboardPod } from './ready-pods.ts';
import { needing } from './rights.ts';
import type { ServedAs } from './served-as.ts';

/** The pod does not prove that it is Pillion. */
export class NotTrusted extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'NotTrusted';
  }
}

// the pod answers at once, or its node is gone
const SECURE_WITHIN_MS = 15_000;
const SAID_NOTHING = `the pod did not answer within ${SECURE_WITHIN_MS / 1_000} s`;

/**
 * A TLS connection to the dashboard of a pod, through the API server and with the caller’s rights there.
 * @throws NoDashboard when the caller may not; PortNotForwarded, NotTrusted, ApiError, ClusterUnreachable, or the reason of `signal`
 */
export async function connectTo(
  transport: HttpTransport,
  { namespace, name: pod, port }: DashboardPod,
  { authority, name }: ServedAs,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const open = () => openPortForward(transport, { namespace, pod, port }, signal);
  const stream = await needing('forward a port of a pod', namespace, transport, open);
  // an address is no server name, and is compared all the same
  const socket = connect({ socket: stream, ca: authority, host: name, ...(isIP(name) === 0 && { servername: name }) });
  // either tells of what became of the other, also after somebody has heard of it; what breaks the tunnel later ends the connection
  stream.on('error', (error) => socket.destroy(error));
  socket.on('error', () => stream.destroy());
  const silent = AbortSignal.timeout(SECURE_WITHIN_MS);
  const failed = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    silent.addEventListener('abort', () => reject(new PortNotForwarded(SAID_NOTHING)), { once: true });
    socket.once('close', () => reject(socket.errored ?? new PortNotForwarded('the pod ended the connection')));
  });
  failed.catch(() => {});
  try {
    await Promise.race([once(socket, 'secureConnect'), failed]);
    return socket;
  } catch (error) {
    socket.destroy();
    stream.destroy();
    if (isOfTrust(error)) throw new NotTrusted(error as Error);
    if (signal.aborted || error instanceof PortNotForwarded) throw error;
    throw new PortNotForwarded((error as Error).message, error);
  }
}

// what Node says of a certificate: the reasons of OpenSSL, and its own about the name
const isOfTrust = (error: unknown): boolean =>
  /CERT|UNABLE_TO|SELF_SIGNED/.test(String((error as NodeJS.ErrnoException).code));
