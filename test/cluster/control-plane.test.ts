import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { eventually } from './eventually.ts';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: lone}
spec:
  containers: [{name: app, image: example.com/app:1}]
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: app, image: example.com/app:1}]
`;

let first: ControlPlane;
let second: ControlPlane;

beforeAll(async () => {
  [first, second] = await Promise.all([startControlPlane(), startControlPlane()]);
});

afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
});

test('a pod comes back from the API server, and only from the one that it was created in', async () => {
  expect(await first.kubectl(['create', '-f', '-'], POD)).toMatchObject({ code: 0, stdout: 'pod/lone created\n' });
  const { stdout } = await first.kubectl(['get', 'pod', 'lone', '-o', 'json']);
  // the ServiceAccount plugin has been at work
  expect(JSON.parse(stdout).spec).toMatchObject({ serviceAccountName: 'default', volumes: [{ projected: {} }] });
  expect(await second.kubectl(['get', 'pod', 'lone'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not found'),
  });
});

test('a Deployment gets its pod from the real controllers', async () => {
  await first.createNamespace('made-by-controllers', { 'istio-injection': 'enabled' });
  expect(await first.kubectl(['-n', 'made-by-controllers', 'create', '-f', '-'], DEPLOYMENT)).toMatchObject({
    code: 0,
  });
  await eventually('the pod is there', async () => {
    const { stdout } = await first.kubectl(['-n', 'made-by-controllers', 'get', 'pod', '-l', 'app=web', '-o', 'name']);
    return stdout.startsWith('pod/web-');
  });
});

test('the second user is told apart, here and in the audit log', async () => {
  const { stdout } = await first.kubectl(['--context=alice', 'auth', 'whoami', '-o', 'json']);
  expect(JSON.parse(stdout).status.userInfo).toMatchObject({
    username: 'alice',
    groups: ['developers', 'system:authenticated'],
  });
  expect(await first.kubectl(['--context=alice', 'create', 'namespace', 'alices'])).toMatchObject({ code: 0 });
  const events = (await readFile(first.auditLog, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.find(({ objectRef }) => objectRef.name === 'alices')).toMatchObject({
    user: { username: 'alice' },
    verb: 'create',
  });
});

test('a restarted API server keeps its address and its data', async () => {
  const { url, pids } = second;
  await second.createNamespace('kept');
  await second.restartApiServer();
  expect(second.url).toBe(url);
  expect(second.pids['kube-apiserver']).not.toBe(pids['kube-apiserver']);
  expect(await second.kubectl(['get', 'namespace', 'kept'])).toMatchObject({ code: 0 });
});

test.each(['SIGINT', 'SIGKILL'] as const)('a starter ended by %s leaves no process and no file', async (signal) => {
  const starter = await startInAnotherProcess();
  expect(starter.pids.filter(isAlive)).toEqual(starter.pids);
  starter.kill(signal);
  await expectSoon(() => starter.pids.filter(isAlive), []);
  expect(existsSync(starter.folder)).toBe(false);
});

test('a guardian that is killed takes its processes with it', async () => {
  const starter = await startInAnotherProcess();
  const [guardian = 0, ...components] = starter.pids;
  process.kill(guardian, 'SIGKILL');
  await expectSoon(() => components.filter(isAlive), []);
  starter.kill('SIGKILL');
  // nobody is left to remove it
  await rm(starter.folder, { recursive: true });
});

test('a kept control plane outlives its starter until its stop command is run', async () => {
  const starter = await startInAnotherProcess('keep');
  await starter.ended;
  expect(starter.pids.filter(isAlive)).toEqual(starter.pids);
  expect(starter.stopCommand).toMatch(/^kill \d+$/);
  spawn('sh', ['-c', starter.stopCommand]);
  await expectSoon(() => starter.pids.filter(isAlive), []);
  expect(existsSync(starter.folder)).toBe(false);
});

const STARTER = fileURLToPath(new URL('../controlplane/starter.ts', import.meta.url));

async function startInAnotherProcess(...args: string[]) {
  const child = spawn(process.execPath, [STARTER, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const { pids, folder, stopCommand } = JSON.parse(line);
    return {
      pids: Object.values<number>(pids),
      folder: folder as string,
      stopCommand: stopCommand as string,
      ended,
      kill: (signal: NodeJS.Signals) => child.kill(signal),
    };
  }
  throw new Error('the starter ended without a word: run test/controlplane/starter.ts by hand to see why');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectSoon<T>(actual: () => T, expected: T): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; ) {
    if (JSON.stringify(actual()) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(actual()).toEqual(expected);
}
