import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';

const LAB = fileURLToPath(new URL('../../scripts/lab.ts', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../../deploy/lab/pods.yaml', import.meta.url));
// not the one that somebody may be using
const NAME = `test-${randomUUID().slice(0, 8)}`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-lab-'));
});

afterAll(async () => {
  await lab('down');
  await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const lab = (command: string, ...args: readonly string[]) => labNamed(NAME, command, ...args);

function labNamed(name: string, command: string, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [LAB, command, `--name=${name}`, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

const LOST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: lost, namespace: shop }
spec:
  selector: { matchLabels: { app: lost } }
  template:
    metadata: { labels: { app: lost } }
    spec:
      containers:
        - name: app
          image: nginx:1.29
`;

// the annotation is refused, the workload's own admission warns of it
const REFUSED = `apiVersion: apps/v1
kind: Deployment
metadata: { name: refused, namespace: shop }
spec:
  selector: { matchLabels: { app: refused } }
  template:
    metadata:
      labels: { app: refused }
      annotations:
        sidecar.istio.io/inject: "true"
        traffic.sidecar.istio.io/excludeOutboundPorts: many
    spec:
      containers: [{ name: app, image: lab/client }]
`;

const pod = (name: string, spec: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;

// "True" is nearly the word that asks
const WARNED = pod('warned', '{ containers: [{ name: app, image: lab/client }] }').replace(
  'namespace: shop }',
  'namespace: shop, annotations: { sidecar.istio.io/inject: "True" } }',
);

const STUCK = [
  pod(
    'stuck',
    '{ initContainers: [{ name: waits, image: lab/client }], containers: [{ name: app, image: lab/client }] }',
  ),
  pod('unprobed', '{ containers: [{ name: app, image: lab/client, readinessProbe: { tcpSocket: { port: web } } }] }'),
].join('---\n');

test('a file that is not there, and an image that the lab does not have, are refused before anything starts', async () => {
  const missing = await lab('up', join(folder, 'nowhere.yaml'));
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toContain('nowhere.yaml');

  const file = join(folder, 'lost.yaml');
  await writeFile(file, LOST);
  const unknown = await lab('up', file);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain(`${file}:11:11: /spec/template/spec/containers/0/image: is "nginx:1.29"`);
  expect(unknown.stderr).toContain('accepted: envoyproxy/envoy, pillion/redirect, lab/http');
  expect(unknown.stderr).toContain('test/lab/images.ts');
  expect((await lab('ps')).stderr).toContain('no lab runs');
});

test('what is no file of text is refused before anything starts', async () => {
  expect(await lab('up', '/nonexistent/pods.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/\/nonexistent\/pods.yaml: ENOENT[\s\S]*Check the path/),
  });
  expect(await lab('up', '-')).toMatchObject({ code: 2, stderr: expect.stringContaining('write it into a file') });
});

test.each([
  ['..', 'down'],
  ['', 'down'],
  ['a/b', 'up'],
  ['a'.repeat(41), 'images'],
])('the name %j is refused before anything is done, as its folder is removed in the end', async (name, command) => {
  expect(await labNamed(name, command)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('accepted: 1 to 40 of a to z, 0 to 9 and -'),
  });
});

test.each([
  [['down', 'extra'], 'lab down does not know what to do with "extra"'],
  [['logs', 'client', 'web'], 'lab logs does not know what to do with "web"'],
  [['ps', '--', 'node'], 'lab ps does not know what to do with "node"'],
  [['ps', '-o', 'yaml'], '--output is "yaml"; accepted: json'],
  [['ps', '-c', 'web'], 'lab ps has no --container'],
  [['logs'], 'lab logs needs the name of a pod'],
])('%j, of which a part would be ignored, is refused', async ([command = '', ...args], message) => {
  expect(await lab(command, ...args)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(message),
  });
});

test('a command that is none shows the usage', async () => {
  expect(await lab('rise')).toMatchObject({ code: 2, stderr: expect.stringContaining('npm run lab -- up') });
  // line by line, and not as the text of a stranger
  expect((await lab('rise')).stderr).toContain('\nnpm run lab -- down');
  expect(await lab('ps', '-x')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/-x[\s\S]*\nnpm run lab -- up/),
  });
  expect(await lab('exec', 'client')).toMatchObject({ code: 2, stderr: expect.stringContaining('behind --') });
});

describe('what does not come up', () => {
  const written = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };
  let kubeconfig: string;

  afterAll(async () => {
    await lab('down');
  });

  test('of two that start the lab at once one waits; what admission says is told, and the lab runs on', async () => {
    const [one, other] = await Promise.all([
      lab('up', await written('refused.yaml', REFUSED)),
      lab('up', await written('warned.yaml', WARNED)),
    ]);
    kubeconfig = /export KUBECONFIG=(.*)/.exec(one.stdout)?.[1] ?? '';
    expect(existsSync(kubeconfig)).toBe(true);
    expect(one.stdout).toContain('deployment.apps/refused created');
    expect(one.stdout).toContain(`npm run lab -- ps --name ${NAME}`);
    expect(one.stderr).toMatch(/^Warning: pillion: /m);
    expect(one.stderr).toMatch(/ReplicaSet refused-\w+ gets no pods: .*excludeOutboundPorts/);
    expect(one.code).toBe(1);

    expect(other).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Warning: pillion: /m) });
    expect(other.stdout).toContain(`export KUBECONFIG=${kubeconfig}\n`);
    expect([one, other].filter(({ stderr }) => stderr.includes('is starting this lab'))).toHaveLength(1);
  });

  test('a container that is not ready is named, with what is known of why', async () => {
    const up = lab('up', await written('stuck.yaml', STUCK));
    const shown = async () => (await lab('ps', '-o', 'json')).stdout;
    await eventually('it is shown', async () => (await shown()).includes('"problem"'));
    expect((await lab('ps')).stdout).toContain('its readinessProbe cannot be tried');
    expect(await lab('logs', 'stuck', '-c', 'app')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the container app has not started: see lab ps'),
    });
    const { code, stdout, stderr } = await up;
    expect(code).toBe(1);
    expect(stderr).toContain('shop/stuck: app is waiting, not ready');
    expect(stderr).toContain(
      'shop/unprobed: app is running, not ready; its readinessProbe cannot be tried: the container app has no port named web; it has none',
    );
    expect(stdout).toContain(`export KUBECONFIG=${kubeconfig}\n`);
  });
});

test('the sample comes up, can be looked at and called, and goes away without a trace', async () => {
  const up = await lab('up', SAMPLE);
  expect(up).toMatchObject({ code: 0, stdout: expect.stringContaining('deployment.apps/web created') });
  const kubeconfig = /export KUBECONFIG=(.*)/.exec(up.stdout)?.[1] ?? '';
  expect(existsSync(kubeconfig)).toBe(true);

  const pods = JSON.parse((await lab('ps', '-o', 'json')).stdout) as {
    readonly name: string;
    readonly containers: readonly { readonly name: string; readonly ready: boolean; readonly pid: number }[];
  }[];
  expect(pods.map(({ name }) => name.replace(/-.*/, '')).sort()).toEqual(['client', 'web', 'web']);
  for (const { containers } of pods)
    expect(containers.find(({ name }) => name === 'istio-proxy')).toMatchObject({ ready: true });

  const call = ['node', '/app/call.mjs', 'http', 'http://web/hello'];
  const answer = await lab('exec', 'client', '--', ...call);
  expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining('"status":200') });
  const [server] = pods.filter(({ name }) => answer.stdout.includes(name));
  expect((await lab('logs', server?.name ?? '')).stdout).toContain('request GET /hello HTTP/1.1');

  // the command's own exit code, and its errors
  expect(await lab('exec', 'client', '--', 'node', '-e', 'process.exit(7)')).toMatchObject({ code: 7 });
  expect(await lab('exec', 'nobody', '--', 'true')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there are: lab/'),
  });
  expect(await lab('logs', 'client', '-c', 'side')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('it has istio-init, istio-proxy, client'),
  });

  const pids = pods.flatMap(({ containers }) => containers.map(({ pid }) => pid)).filter((pid) => pid !== undefined);
  expect(pids.every((pid) => existsSync(`/proc/${pid}`))).toBe(true);
  expect(await lab('down')).toMatchObject({ code: 0, stdout: 'the lab has ended\n' });
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  expect(existsSync(kubeconfig)).toBe(false);
  expect(await lab('down')).toMatchObject({ code: 0, stdout: 'no lab runs\n' });
});
