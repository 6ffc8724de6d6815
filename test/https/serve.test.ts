import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { freePort } from '../processes/free-port.ts';
import { until } from './until.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let folder: string;
let flags: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-serve-'));
  const { pair } = await issueSelfSigned({ names: ['localhost'], now: new Date() });
  const files = { certificate: pair.certificate, key: pair.key, kubeconfig: await unreachableCluster() };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  flags = [
    ...Object.keys(files).flatMap((name) => [`--${name}`, join(folder, name)]),
    ...['--host', '127.0.0.1', '--drain-seconds', '0'],
  ];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function unreachableCluster(): Promise<string> {
  const cluster = { name: 'gone', cluster: { server: `https://127.0.0.1:${await freePort()}` } };
  const context = { name: 'gone', context: { cluster: 'gone', user: 'nobody' } };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    contexts: [context],
    users: [{ name: 'nobody', user: { token: 'none' } }],
    'current-context': 'gone',
  });
}

function serve(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, 'serve', ...flags, ...args]);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  return { child, exit, stderr: text(child.stderr) };
}

test('without a cluster it lives, is not ready, says what is missing, and ends on SIGTERM', async () => {
  const opsPort = await freePort();
  const { child, exit, stderr } = serve('--port', '0', '--ops-port', String(opsPort));
  try {
    const get = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${opsPort}${path}`).catch(() => undefined);
      return answer && { status: answer.status, text: await answer.text() };
    };
    await until(async () => (await get('/livez'))?.status === 200);
    await until(async () => (await get('/readyz'))?.text.includes('certificate') === false);
    const ready = await get('/readyz');
    expect(ready).toMatchObject({ status: 503, text: expect.stringContaining('namespaces') });
  } finally {
    child.kill('SIGTERM');
  }
  expect(await exit).toEqual([0, null]);
  const lines = (await stderr).split('\n').filter((line) => line.includes('nothing is registered'));
  expect(lines).toEqual([expect.stringMatching(/"level":"info".*nothing is injected until somebody registers/)]);
});

test('a port that is taken ends it with a message that names the way out', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { exit, stderr } = serve('--port', String(port), '--ops-port', '0');
  expect(await exit).toEqual([1, null]);
  expect(await stderr).toMatch(/PIL005: the server cannot start\n {2}cannot listen: .*EADDRINUSE.*free this one/s);
  taken.close();
});

test('a certificate for the API server that cannot be read ends it before it listens', async () => {
  const { exit, stderr } = serve(
    '--port',
    '0',
    '--ops-port',
    '0',
    '--webhook-url',
    'https://127.0.0.1',
    '--ca',
    '/gone',
  );
  expect(await exit).toEqual([1, null]);
  expect(await stderr).toContain("'/gone'");
});
