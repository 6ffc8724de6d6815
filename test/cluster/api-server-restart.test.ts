import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { kubeconfig } from '../controlplane/users.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { eventually } from './eventually.ts';
import { counterOf } from './metrics.ts';
import { type PillionLauncher, type PillionProcess, pillionLauncher } from './pillion-process.ts';
import { type Creation, createPod, type Outcome, type PodLoad, startPodLoad } from './pod-load.ts';
import { webhookInForce } from './registered.ts';
import { type Service, startService } from './service.ts';

const ENABLED = { 'istio-injection': 'enabled' };
/** `steady` stays enabled; the label is set on `opening` and removed from `closing` while the watch is down. */
const NAMESPACES = ['steady', 'opening', 'closing'] as const;

type Phase = 'before' | 'changing' | 'without watch' | 'after';
const ANY: readonly Outcome[] = ['injected', 'plain', 'refused'];
/** What may become of a pod that asks. */
const EXPECTED: Readonly<Record<Phase, Readonly<Record<string, readonly Outcome[]>>>> = {
  before: { steady: ['injected'], opening: ['plain'], closing: ['injected'] },
  // the API server itself learns of a label a moment after it is set
  changing: { steady: ['injected'], opening: ANY, closing: ANY },
  // the hook is called for a namespace that it takes for closed, and cannot ask
  'without watch': { steady: ['injected'], opening: ['refused'], closing: ['plain'] },
  after: { steady: ['injected'], opening: ['injected'], closing: ['plain'] },
};

let controlPlane: ControlPlane;
let link: Service;
let launcher: PillionLauncher;
let pillion: PillionProcess;
let api: ApiClient;
let load: PodLoad;
let phase: Phase = 'before';
const answered = new Set<string>();
const wrong: (Creation & { readonly phase: Phase })[] = [];

function judged(): (creation: Creation) => void {
  const begun = phase;
  return (creation) => {
    const during = begun === phase ? phase : 'changing';
    const { namespace, asks, outcome } = creation;
    if (outcome === 'unreachable') return;
    answered.add(`${during} ${namespace} ${asks ? 'asks' : 'silent'}`);
    const expected = asks ? (EXPECTED[during][namespace] ?? []) : (['plain'] as const);
    if (!expected.includes(outcome as never)) wrong.push({ ...creation, phase: during });
  };
}

const portOf = (url: string) => Number(new URL(url).port);

beforeAll(async () => {
  [controlPlane, link] = await Promise.all([startControlPlane(), startService()]);
  link.route(portOf(controlPlane.url));
  // Pillion reaches the API server over a link that can be cut while the API server stays
  const file = join(controlPlane.folder, 'kubeconfig-over-link');
  const admin = { name: 'admin', groups: [], token: controlPlane.tokens.admin };
  await writeFile(file, kubeconfig(`https://127.0.0.1:${link.port}`, controlPlane.ca, [admin]), { mode: 0o600 });
  launcher = await pillionLauncher({ ...controlPlane, kubeconfig: file });
  api = apiClient(controlPlane);
  for (const name of NAMESPACES) await controlPlane.createNamespace(name, name === 'opening' ? {} : ENABLED);
  pillion = await launcher.start({ register: 'https://127.0.0.1:PORT' });
  for (const name of ['steady', 'closing']) await webhookInForce(controlPlane, name);
  load = startPodLoad(api, NAMESPACES, judged);
});

afterAll(async () => {
  await load?.stop();
  api?.close();
  await Promise.all([launcher?.guard.stop(), controlPlane?.stop(), link?.stop()]);
});

const watchMetric = async (name: string, labels = '') => {
  const values = await counterOf(pillion.opsPort, `pillion_watch_${name}`);
  return values.get(`{resource="namespaces"${labels}}`) ?? 0;
};
const restarts = async () =>
  [...(await counterOf(pillion.opsPort, 'pillion_watch_restarts_total')).values()].reduce(
    (sum, count) => sum + count,
    0,
  );
const lastContact = () => watchMetric('last_contact_timestamp_seconds');
const ready = async () => (await fetch(`http://127.0.0.1:${pillion.opsPort}/readyz`)).status;

/** Kills the API server as it stands; resolves when the watch has noticed. */
async function killApiServer() {
  const before = await restarts();
  process.kill(controlPlane.pids['kube-apiserver'], 'SIGKILL');
  await eventually('the watch has noticed', async () => (await restarts()) > before);
}

/** Resolves when the load has had an answer for a silent and an asking pod in every namespace, all in this phase. */
const everyKindSeen = (during: Phase) =>
  eventually(`every kind of pod was answered: ${during}`, () =>
    NAMESPACES.every((name) => ['asks', 'silent'].every((kind) => answered.has(`${during} ${name} ${kind}`))),
  );

test('while the API server is away the last known state stays in use, and its age shows', async () => {
  await everyKindSeen('before');
  await killApiServer();
  const standing = await lastContact();
  await sleep(3_000);
  expect([await lastContact(), await ready()]).toEqual([standing, 200]);
  const lists = await watchMetric('lists_total');
  await controlPlane.restartApiServer();
  await eventually('the watch is in contact again', async () => (await lastContact()) > standing);
  // what was missed is not known, so everything is listed again
  await eventually('everything is listed again', async () => (await watchMetric('lists_total')) > lists);
  expect(await watchMetric('restarts_total', ',cause="gone"')).toBeGreaterThan(0);
  const known = await watchMetric('objects');
  await controlPlane.createNamespace('seen-by-the-new-watch');
  await eventually('the watch sees a new namespace', async () => (await watchMetric('objects')) > known);
  expect(await ready()).toBe(200);
});

test('a namespace whose label changed while the watch was down is never decided wrongly', async () => {
  const lists = await watchMetric('lists_total');
  link.route(undefined);
  await killApiServer();
  await controlPlane.restartApiServer();

  phase = 'changing';
  const label = (name: string, value: string | null) =>
    api.call('PATCH', `/api/v1/namespaces/${name}`, { metadata: { labels: { 'istio-injection': value } } });
  await label('opening', 'enabled');
  await label('closing', null);
  let canaries = 0;
  const outcomeIn = async (namespace: string) => createPod(api, namespace, `canary-${canaries++}`, true);
  await eventually(
    'the hook is called for the new label',
    async () => (await outcomeIn('opening')).outcome === 'refused',
  );
  await eventually('the removed label counts', async () => (await outcomeIn('closing')).outcome === 'plain');
  phase = 'without watch';
  const refused = await outcomeIn('opening');
  expect(refused.message).toContain('namespace-unknown');
  await everyKindSeen('without watch');
  expect([await watchMetric('lists_total'), await ready()]).toEqual([lists, 200]);

  phase = 'changing';
  link.route(portOf(controlPlane.url));
  await eventually('everything is listed again', async () => (await watchMetric('lists_total')) > lists);
  phase = 'after';
  expect((await outcomeIn('opening')).outcome).toBe('injected');
  expect((await outcomeIn('closing')).outcome).toBe('plain');
  await everyKindSeen('after');
});

test('all the while no pod was decided wrongly', async () => {
  await load.stop();
  expect(wrong).toEqual([]);
  // an answer may be lost with the API server, its pod is stored all the same
  for (const namespace of NAMESPACES) {
    const { body } = await api.call('GET', `/api/v1/namespaces/${namespace}/pods`);
    const stored = new Map((body.items as readonly Pod[]).map((pod) => [pod.metadata.name ?? '', isInjected(pod)]));
    const silent = [...stored].filter(([name]) => name.startsWith('silent-'));
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.filter(([, injected]) => injected)).toEqual([]);
    if (namespace === 'steady')
      expect([...stored].filter(([name, injected]) => name.startsWith('asks-') && !injected)).toEqual([]);
  }
});

const isInjected = (pod: Pod) => annotationsOf(pod)[ANNOTATIONS.status] !== undefined;
