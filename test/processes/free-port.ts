import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// below the range from which Linux (32768) and macOS (49152) take the local ports of outgoing connections: a server that is
// restarted finds its port still free
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 100;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A TCP port on which nothing listens on 127.0.0.1 now. Another process may still take it first: callers retry. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${LAST}: end some of the servers that listen on this machine`);
}
