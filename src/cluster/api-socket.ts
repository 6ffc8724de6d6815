import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { ApiError, ClusterUnreachable } from './api-error.ts';
import { type HttpTransport, textOf } from './transport.ts';

// an API server that hangs is not waited for
const OPENS_WITHIN_MS = 20_000;

/**
 * Opens a WebSocket to the API server with the caller's credentials.
 * @param path absolute, with its query
 * @param protocol the only subprotocol that is offered
 * @throws ApiError when it is refused, ClusterUnreachable when there is no answer, or the reason of `signal`
 */
export async function openApiSocket(
  transport: HttpTransport,
  path: string,
  protocol: string,
  signal: AbortSignal,
): Promise<WebSocket> {
  // loaded on demand, like everything that only some commands need
  const { WebSocket } = await import('ws');
  const credentials = await transport.credentials();
  signal.throwIfAborted();
  const headers = { ...credentials.headers, 'user-agent': 'pillion' } as Record<string, string>;
  const options = { ...credentials, headers, perMessageDeflate: false, handshakeTimeout: OPENS_WITHIN_MS };
  const socket = new WebSocket(`${transport.server}${path}`.replace(/^http/, 'ws'), protocol, options);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise<WebSocket>((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_, response: IncomingMessage) => {
        const status = response.statusCode ?? 0;
        textOf(response).then((body) => reject(ApiError.fromBody(status, body)), reject);
      });
      socket.once('error', (cause) =>
        reject(signal.aborted ? signal.reason : new ClusterUnreachable(transport.server, cause)),
      );
    });
  } catch (error) {
    // ends what is left of a refused one; it tells that as an error
    socket.on('error', () => {});
    socket.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
