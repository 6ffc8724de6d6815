import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A stable address in front of a backend that changes, as kube-proxy makes it for a Service. */
export interface Service {
  readonly port: number;
  /** New connections go to this port of 127.0.0.1, or are reset when it is undefined; existing ones stay where they are. */
  route(to: number | undefined): void;
  /** The same, and whoever is connected has to connect anew: resolves when all have noticed. An answer that is in flight may be lost. */
  reroute(to: number): Promise<void>;
  /** Ends the listener and every connection. */
  stop(): Promise<void>;
}

/**
 * Forwards TCP to 127.0.0.1, byte for byte, a half-closed connection included. It starts with no backend.
 * @param at where it listens; a free port of 127.0.0.1 unless told
 */
export async function startService(at = { host: '127.0.0.1', port: 0 }): Promise<Service> {
  const open = new Set<Socket>();
  const clients = new Set<Socket>();
  let backend: number | undefined;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (backend === undefined) {
      client.resetAndDestroy();
      return;
    }
    clients.add(client);
    client.on('close', () => clients.delete(client));
    const upstream = connect({ port: backend, host: '127.0.0.1', allowHalfOpen: true });
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      // a connection that breaks on one side breaks on the other, it does not end politely
      socket.on('error', () => peer.resetAndDestroy());
      socket.on('close', () => {
        open.delete(socket);
        if (!socket.readableEnded) peer.destroy();
      });
      // pipe passes a FIN on as a FIN in its own direction
      socket.pipe(peer);
    }
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    route: (to) => {
      backend = to;
    },
    reroute: async (to) => {
      backend = to;
      // an answer that comes now is an error of the connection, and it closes all the same
      const left = [...clients].map((client) => new Promise((resolve) => client.once('close', resolve)));
      for (const client of clients) client.end();
      await Promise.all(left);
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
