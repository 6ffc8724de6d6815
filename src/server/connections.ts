import type { Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';

/** Follows the connections of a server from now on; the function that comes back cuts all of them. */
export function connectionsOf(server: Http2SecureServer): () => void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}
