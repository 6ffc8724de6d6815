import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../processes/free-port.ts';
import { type ServeFiles, serveFiles, serve as start } from './serving-process.ts';
import { until } from './until.ts';

let files: ServeFiles;

beforeAll(async () => {
  files = await serveFiles();
});

afterAll(() => files.remove());

const serve = (...args: readonly string[]) => start([...files.flags, ...args]);

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
