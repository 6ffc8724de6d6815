import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Service, startService } from './service.ts';

let service: Service;
const backends: Server[] = [];

beforeEach(async () => {
  service = await startService();
});

afterEach(async () => {
  await service.stop();
  for (const backend of backends.splice(0)) backend.close();
});

// answers only after the client's FIN: the answer travels on a half-closed connection
async function backendSaying(name: string): Promise<number> {
  const backend = createServer({ allowHalfOpen: true }, async (socket) => {
    socket.on('error', () => {});
    const heard = await text(socket).catch(() => '');
    socket.end(`${name}:${heard.length}`);
  });
  backends.push(backend);
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  return (backend.address() as AddressInfo).port;
}

async function open() {
  const socket = connect({ port: service.port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

test('a large request and the answer after its end pass unchanged', async () => {
  service.route(await backendSaying('one'));
  const socket = await open();
  socket.end('x'.repeat(3_000_000));
  expect(await text(socket)).toBe('one:3000000');
});

test('new connections follow the route, existing ones stay', async () => {
  service.route(await backendSaying('old'));
  const early = await open();
  early.write('ab');
  await new Promise((resolve) => setTimeout(resolve, 50));
  service.route(await backendSaying('new'));
  const late = await open();
  late.end('c');
  expect(await text(late)).toBe('new:1');
  early.end('c');
  expect(await text(early)).toBe('old:3');
});

test.each([
  ['without a backend', undefined],
  ['with a backend that does not listen', 1],
])('%s a connection is reset', async (_, port) => {
  service.route(port);
  const socket = connect({ port: service.port, host: '127.0.0.1' });
  const [error] = await once(socket, 'error');
  expect(error.code).toBe('ECONNRESET');
});

test('a client that breaks off breaks the connection to the backend, and stop leaves nothing open', async () => {
  const broken = new Promise<string>((resolve) => {
    const backend = createServer((socket) =>
      socket.on('error', (error) => resolve((error as { code?: string }).code ?? '')).resume(),
    );
    backends.push(backend);
    backend.listen(0, '127.0.0.1', () => service.route((backend.address() as AddressInfo).port));
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const socket = await open();
  socket.write('x');
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.resetAndDestroy();
  expect(await broken).toBe('ECONNRESET');
});
