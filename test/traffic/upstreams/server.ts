// An upstream that is slow, failing, overloaded or long at it, as the path says; `/attempts` tells how often each path was asked.
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const attempts = new Map<string, number>();
const waiting: ServerResponse[] = [];

const BEHAVIOURS: Readonly<Record<string, (response: ServerResponse, amount: number) => unknown>> = {
  async slow(response, ms) {
    await sleep(ms);
    response.end('late');
  },
  failing(response, status) {
    response.writeHead(status, { 'retry-after': '0' }).end('failed');
  },
  /** Nobody is answered before this many wait at once. */
  crowded(response, count) {
    if (waiting.push(response) < count) return;
    for (const each of waiting.splice(0)) each.end('at last');
  },
  /** Fails at this one of several ports. */
  failingAt(response, at) {
    response.writeHead(Number(port) === at ? 503 : 200).end('answered');
  },
  /** Half a body, and then the end of the connection. */
  async broken(response) {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half ');
    await sleep(100);
    response.destroy();
  },
  /** The end of the connection in place of an answer. */
  hangingUp(response) {
    response.destroy();
  },
  async streaming(response, seconds) {
    for (let second = 0; second < seconds; second++) {
      response.write(`second ${second}\n`);
      await sleep(1000);
    }
    response.end('end\n');
  },
  wordy(response, bytes) {
    response.writeHead(200, { 'x-words': 'w'.repeat(bytes) }).end('said');
  },
};

const [port] = process.argv.slice(2);
createServer({ maxHeaderSize: 8 << 20, requestTimeout: 0 }, async (request, response) => {
  const path = request.url ?? '';
  const [, name = '', amount = ''] = path.split('/');
  if (name === 'attempts') {
    response.end(JSON.stringify(Object.fromEntries(attempts)));
    return;
  }
  attempts.set(path, (attempts.get(path) ?? 0) + 1);
  await BEHAVIOURS[name]?.(response, Number(amount));
}).listen(Number(port), '::');
