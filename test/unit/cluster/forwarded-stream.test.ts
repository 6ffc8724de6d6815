import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { ForwardedStream, PortNotForwarded } from '../../../src/cluster/port-forward/forwarded-stream.ts';

const [DATA, ERROR] = [0, 1];
const PORT = Buffer.of(0x90, 0x1f);

let server: WebSocketServer;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A connection that is being ended, with the words of the other side about it. */
async function endedWith(...frames: readonly Buffer[]) {
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[other]] = (await Promise.all([once(server, 'connection'), once(socket, 'open')])) as [[WebSocket], unknown];
  const stream = new ForwardedStream(socket);
  for (const frame of frames) other.send(frame);
  other.send(Buffer.of(DATA, 0x21));
  await once(stream, 'readable');
  socket.close();
  return stream;
}

test('what is written while it is being ended is lost, and the reason of the end is told', async () => {
  const stream = await endedWith(
    Buffer.concat([Buffer.of(DATA), PORT]),
    Buffer.concat([Buffer.of(ERROR), PORT]),
    Buffer.concat([Buffer.of(ERROR), Buffer.from('lost connection to pod')]),
  );
  stream.write('a request');
  const [error] = (await once(stream, 'error').catch((reason: unknown) => [reason])) as [unknown];
  expect(error).toBeInstanceOf(PortNotForwarded);
  expect((error as Error).message).toBe('lost connection to pod');
});

test('an end without a reason is an end', async () => {
  const stream = await endedWith(Buffer.concat([Buffer.of(DATA), PORT]));
  stream.write('a request');
  expect(await stream.toArray()).toEqual([Buffer.from('!')]);
});
