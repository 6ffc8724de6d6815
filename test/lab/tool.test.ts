import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

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
