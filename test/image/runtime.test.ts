import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { VERSION } from '../../src/core/version.ts';
import { eventually } from '../cluster/eventually.ts';
import { ASKS, simplePod } from '../cluster/pods.ts';
import { webhookInForce } from '../cluster/registered.ts';
import { ENABLED, testCluster } from '../cluster/test-cluster.ts';
import { http1Caller } from '../https/callers.ts';
import { childrenOf } from '../network/network-namespace.ts';
import type { Image } from '../node/image.ts';
import { freePort } from '../processes/free-port.ts';
import { type ContainedImage, contained } from './contained.ts';
import { filesUnder } from './files-under.ts';
import { layOut } from './layout.ts';

const NAMESPACE = 'shop';
const cluster = testCluster({ [NAMESPACE]: ENABLED });

let image: Image;
let container: ContainedImage;
let authority: string;

beforeAll(async () => {
  const { folder } = cluster.launcher.guard;
  const issued = await issueSelfSigned({ names: ['127.0.0.1', 'localhost'], now: new Date() });
  authority = issued.authority;
  image = await layOut('runtime', folder);
  const { certificate, key } = issued.pair;
  container = await contained(image, await mkdtemp(join(folder, 'run-')), {
    files: {
      'tls.crt': certificate,
      'tls.key': key,
      'ca.crt': authority,
      kubeconfig: await readFile(cluster.controlPlane.kubeconfig, 'utf8'),
    },
  });
});

test('it holds the program, what has to go along with it, and otherwise only what the base image brings', async () => {
  const own = (await filesUnder(image.root)).filter((path) => !/^(nodejs|lib|lib64|usr)\//.test(path));
  const isPart = (path: string) => /^app\/(dashboard|parts)\//.test(path);
  expect(own.filter((path) => !isPart(path))).toEqual([
    ...['app/LICENSE', 'app/THIRD-PARTY.txt', 'app/pillion.mjs', 'app/sbom.cdx.json', 'var/run'],
  ]);
  expect(own).toContain('app/dashboard/index.html');
});

test('its entry point answers as pillion', async () => {
  expect(await container.run([...image.entrypoint, 'version'])).toEqual({ code: 0, output: `pillion ${VERSION}\n` });
});

const LOOK_AROUND = `
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
const status = readFileSync('/proc/self/status', 'utf8');
const field = (name) => new RegExp('^' + name + ':\\\\s*(.*)$', 'm').exec(status)[1];
const own = readdirSync('/').filter((name) => !['proc', 'dev'].includes(name));
const below = (name) => readdirSync('/' + name, { recursive: true }).map((path) => '/' + name + '/' + path);
const paths = ['/', ...own.flatMap((name) => ['/' + name, ...below(name)])];
const writable = paths.filter((path) => {
  try {
    writeFileSync(statSync(path).isDirectory() ? path + '/x' : path, '', { flag: 'a' });
    return true;
  } catch {
    return false;
  }
});
console.log(JSON.stringify({
  pid: process.pid, uid: process.getuid(), gid: process.getgid(), looked: paths.includes('/app/pillion.mjs'), writable,
  capabilities: [field('CapEff'), field('CapPrm'), field('CapAmb')], noNewPrivileges: field('NoNewPrivs'), node: process.version,
}));
`;

test('it is process 1 of user 65532, with no capability, no way to gain one, and nowhere to write', async () => {
  const { code, output } = await container.run(['node', '--input-type=module', '--eval', LOOK_AROUND]);
  expect([code, code === 0 ? JSON.parse(output) : output]).toEqual([
    0,
    {
      pid: 1,
      uid: 65532,
      gid: 65532,
      looked: true,
      writable: [],
      capabilities: ['0000000000000000', '0000000000000000', '0000000000000000'],
      noNewPrivileges: '1',
      node: expect.stringMatching(/^v24\./),
    },
  ]);
});

test('it serves a real API server, and ends with 0 when it is told to stop', async () => {
  const [port, opsPort, dashboardPort] = [await freePort(), await freePort(), await freePort()];
  const flags = {
    certificate: '/etc/tls.crt',
    key: '/etc/tls.key',
    ca: '/etc/ca.crt',
    kubeconfig: '/etc/kubeconfig',
    host: '127.0.0.1',
    port,
    'ops-port': opsPort,
    'dashboard-port': dashboardPort,
    'webhook-url': `https://127.0.0.1:${port}`,
    'drain-seconds': 0,
  };
  const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const [command, ...args] = container.words([...image.entrypoint, 'serve', ...given]);
  const { guard } = cluster.launcher;
  const log = join(guard.folder, 'image.log');
  const running = await guard.start({ command, args, log, graceMs: 15_000 });
  await eventually('the image is ready', async () => {
    const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
  const { status, body } = await cluster.api.call('POST', pods, simplePod('asks', { annotations: ASKS }));
  expect([status, annotationsOf(body as unknown as Pod)]).toEqual([
    201,
    expect.objectContaining({ [ANNOTATIONS.status]: expect.any(String) }),
  ]);

  await dashboardIsServed(`https://127.0.0.1:${dashboardPort}`);

  // a signal to bwrap would not reach what it contains; the kubelet signals process 1 of the container
  const [inside] = await childrenOf(running.pid);
  process.kill(inside as number, 'SIGTERM');
  expect(await running.ended()).toMatchObject({ code: 0, signal: null });
});

/** The page with its files, and a question for which the program starts itself again in a thread. */
async function dashboardIsServed(url: string): Promise<void> {
  const caller = http1Caller(url, authority);
  const headers = {
    authorization: `Bearer ${cluster.controlPlane.tokens.admin}`,
    'content-type': 'application/json',
  };
  const page = await caller.call('/', undefined, { method: 'GET', headers });
  expect(page.status).toBe(200);
  const files = [...page.text.matchAll(/(?:src|href)="\/?([\w.-]+\.(?:js|css))"/g)].map(([, file]) => file);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const { status } = await caller.call(`/${file}`, undefined, { method: 'GET', headers });
    expect([file, status]).toEqual([file, 200]);
  }
  const manifests = JSON.stringify({ ...simplePod('tried', { annotations: ASKS }) });
  const tried = await caller.call('/api/v1/playground', JSON.stringify({ manifests }), { headers });
  expect([tried.status, JSON.parse(tried.text)]).toEqual([
    200,
    expect.objectContaining({ problems: [], workloads: [expect.anything()] }),
  ]);
  caller.close();
}
