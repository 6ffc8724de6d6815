import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Installed, install, NAMESPACE } from './dashboard/installed.ts';
import { askLocal, type OpenedDashboard, openDashboard } from './dashboard/opened-dashboard.ts';
import { eventually } from './eventually.ts';
import { testCluster } from './test-cluster.ts';

let installed: Installed;
// the node ends before its cluster
afterAll(() => installed?.stop());
const cluster = testCluster({ [NAMESPACE]: {} });
let opened: OpenedDashboard | undefined;

beforeAll(async () => {
  installed = await install(cluster);
});

afterEach(async () => {
  opened?.process.kill('SIGKILL');
  opened = undefined;
  await installed.removeAll();
});

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

async function open(...args: readonly string[]): Promise<OpenedDashboard> {
  opened = await openDashboard(['--kubeconfig', cluster.controlPlane.kubeconfig, '--port', '0', ...args]);
  return opened;
}

test('the page is reached with the address that was printed, and the token of the caller added', async () => {
  await installed.pod('pillion-a');
  const dashboard = await open();

  const entered = await dashboard.enter();
  expect(entered).toMatchObject({ status: 200, text: expect.stringContaining('url=/') });
  expect(entered.headers['set-cookie']).toEqual([
    expect.stringMatching(/^pillion-[\d-]+=\S+; Path=\/; HttpOnly; SameSite=Strict$/),
  ]);

  const page = await dashboard.ask('/');
  expect(page).toMatchObject({ status: 200, text: '<title>Pillion of pillion-a</title>' });
  expect(page.headers).not.toHaveProperty('strict-transport-security');

  const asked = await dashboard.ask(
    '/api/v1/asked?x=1',
    { authorization: 'Bearer of-the-page', 'x-own': 'kept' },
    'a body',
  );
  expect(JSON.parse(asked.text)).toMatchObject({ method: 'POST', url: '/api/v1/asked?x=1', body: 'a body' });
  const { headers } = JSON.parse(asked.text) as { headers: Record<string, string> };
  expect(headers).toMatchObject({
    authorization: `Bearer ${cluster.controlPlane.tokens.admin}`,
    host: `pillion.${NAMESPACE}.svc`,
    'x-own': 'kept',
  });
  expect(headers).not.toHaveProperty('cookie');
  expect(dashboard.stdout()).toBe(`${dashboard.url}\n`);
  expect(dashboard.stderr()).toContain('pillion-a');
});

test('nobody is let in without the cookie, from another host or site, or by an address that was used', async () => {
  await installed.pod('pillion-a');
  const dashboard = await open();
  const { host } = new URL(dashboard.url);

  expect(await dashboard.ask('/')).toMatchObject({ status: 401, text: expect.stringContaining('has not been let in') });
  expect(await dashboard.ask('/?key=guessed')).toMatchObject({ status: 401 });
  await dashboard.enter();
  expect(await dashboard.ask('/')).toMatchObject({ status: 200 });
  // once
  expect(await askLocal(new URL(dashboard.url), {})).toMatchObject({
    status: 401,
    text: expect.stringContaining('used'),
  });

  const foreign: readonly [number, Record<string, string>][] = [
    [421, { host: `evil.example:${new URL(dashboard.url).port}` }],
    [421, { host: `localhost:${new URL(dashboard.url).port}` }],
    [403, { origin: 'https://evil.example' }],
    [403, { origin: 'null' }],
    [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    [403, { 'sec-fetch-site': 'same-site' }],
    [401, { cookie: `${dashboard.cookie()}x` }],
  ];
  for (const [status, headers] of foreign)
    expect({ headers, status: (await dashboard.ask('/', headers)).status }).toEqual({ headers, status });
  expect(await dashboard.ask('/', { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toMatchObject({
    status: 200,
  });
  expect(await dashboard.ask('/', { 'sec-fetch-site': 'none' })).toMatchObject({ status: 200 });
  // to programs as the API tells what is wrong
  expect(JSON.parse((await dashboard.ask('/api/v1/asked', { cookie: '' })).text)).toEqual({
    message: expect.any(String),
    next: expect.stringContaining('pillion dashboard'),
  });
});

test('only this machine is listened to', async () => {
  await installed.pod('pillion-a');
  const { url } = await open();
  const [address] = Object.values((await import('node:os')).networkInterfaces())
    .flat()
    .filter((each) => each !== undefined && each.family === 'IPv4' && !each.internal);
  if (address === undefined) return expect(url).toContain('127.0.0.1');
  const socket = connect(Number(new URL(url).port), address.address);
  await expect(new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))).rejects.toThrow(
    'ECONNREFUSED',
  );
});

test('what is large arrives whole, both ways at once', async () => {
  await installed.pod('pillion-a');
  const dashboard = await open();
  await dashboard.enter();
  const bodies = [randomBytes(3_000_000), randomBytes(10_000)].map((bytes) => bytes.toString('hex'));
  const answers = await Promise.all(bodies.map((body) => dashboard.ask('/api/v1/asked', {}, body)));
  expect(answers.map(({ text }) => hash(JSON.parse(text).body as string))).toEqual(bodies.map(hash));
});

test('a body that is not passed on is not announced', async () => {
  await installed.pod('pillion-a');
  const dashboard = await open();
  await dashboard.enter();
  const asked = await dashboard.ask('/api/v1/asked', { 'content-length': '6' });
  expect(JSON.parse(asked.text)).toMatchObject({ method: 'GET', body: '' });
  expect(JSON.parse(asked.text).headers).not.toHaveProperty('content-length');
});

test('events come as they are sent, and the pod hears when nobody reads them any more', async () => {
  const server = await installed.pod('pillion-a');
  const dashboard = await open();
  await dashboard.enter();
  const ending = new AbortController();
  const stream = await fetch(new URL('/api/v1/decisions/stream', dashboard.url), {
    headers: { cookie: dashboard.cookie() },
    signal: ending.signal,
  });
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (const id of ['1', '2', '3']) {
    server.send(`id: ${id}\ndata: {}`);
    expect(await reader?.read()).toEqual({ done: false, value: `id: ${id}\ndata: {}\n\n` });
  }
  ending.abort();
  await eventually('the stream has ended', () => server.streams() === 0);
});

test('when the pod goes away another one is used, which is said once', async () => {
  await installed.pod('pillion-a');
  await installed.pod('pillion-b');
  const dashboard = await open();
  await dashboard.enter();
  const podOf = async () => (JSON.parse((await dashboard.ask('/api/v1/asked')).text) as { pod: string }).pod;
  expect(await podOf()).toBe('pillion-a');

  await installed.remove('pillion-a');
  expect(await Promise.all([podOf(), podOf(), podOf()])).toEqual(['pillion-b', 'pillion-b', 'pillion-b']);
  expect(dashboard.stderr().match(/pillion-a does not answer any more; now it is pillion-b/g)).toHaveLength(1);

  // connections that are kept, all of them to a pod that is gone
  await Promise.all(Array.from({ length: 8 }, podOf));
  await installed.remove('pillion-b');
  const gone = await dashboard.ask('/api/v1/asked');
  expect(gone).toMatchObject({ status: 502, text: expect.stringContaining('no pod of Pillion') });
  await dashboard.ask('/api/v1/asked');
  expect(dashboard.stderr().match(/no pod of Pillion/g)).toHaveLength(1);

  await installed.pod('pillion-c');
  expect(await podOf()).toBe('pillion-c');
});

test('Ctrl-C ends it, with streams that are open, and leaves nothing', async () => {
  const server = await installed.pod('pillion-a');
  const dashboard = await open();
  await dashboard.enter();
  const stream = await fetch(new URL('/api/v1/decisions/stream', dashboard.url), {
    headers: { cookie: dashboard.cookie() },
  });
  const ended = stream.text().then(
    () => 'whole',
    () => 'broken',
  );
  expect(await dashboard.interrupt()).toBe(0);
  expect(await ended).toBe('broken');
  await eventually('the pod has no stream any more', () => server.streams() === 0);
  await expect(dashboard.ask('/')).rejects.toThrow('ECONNREFUSED');
});

test('a port that is in use is told when it was asked for, and passed over when not', async () => {
  await installed.pod('pillion-a');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await expect(open('--port', String(port))).rejects.toThrow(
    /ended with 2: .*port \d+ of this machine is in use; give another/s,
  );
  taken.close();
});
