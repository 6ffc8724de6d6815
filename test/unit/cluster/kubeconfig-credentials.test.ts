import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from '../../../src/cluster/connect.ts';

const asked: string[] = [];
const server = createServer(({ headers }, response) => {
  asked.push(`direct ${headers.authorization}`);
  response.end('{}');
});
const proxy = createServer().on('connect', (_, socket) => {
  asked.push('proxy');
  socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
});
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-kubeconfig-'));
  for (const listener of [server, proxy])
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', () => resolve()));
});
afterAll(async () => {
  for (const listener of [server, proxy]) listener.close();
  await rm(folder, { recursive: true });
});

const urlOf = (listener: typeof server) => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;

async function call(user: object, cluster: object = {}): Promise<string[]> {
  asked.length = 0;
  const kubeconfig = join(folder, 'config');
  const config = {
    clusters: [{ name: 'c', cluster: { server: urlOf(server), 'insecure-skip-tls-verify': true, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const transport = await connect({ kubeconfig });
  try {
    (await transport.open({ method: 'GET', path: '/version', signal: AbortSignal.timeout(120_000) })).resume();
  } finally {
    transport.close();
  }
  return asked;
}

const plugin = (command: string, args: readonly string[]) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args },
});

test('a credential plugin is asked for the token', async () => {
  const credential = JSON.stringify({ kind: 'ExecCredential', status: { token: 'from-plugin' } });
  expect(await call(plugin('echo', [credential]))).toEqual(['direct Bearer from-plugin']);
});

test('a credential plugin that is not installed is named, as a cluster that cannot be reached', async () => {
  await expect(call(plugin(join(folder, 'absent'), []))).rejects.toMatchObject({
    name: 'ClusterUnreachable',
    message: expect.stringContaining('absent ENOENT; look at the user in the kubeconfig'),
  });
});

test('a proxy is never passed by, also without TLS', async () => {
  await call({ token: 't' }, { 'proxy-url': urlOf(proxy) }).catch(() => {});
  expect(asked).toEqual(['proxy']);
});
