import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { kubeconfig } from '../controlplane/users.ts';
import { eventually } from './eventually.ts';
import { makeOwner, OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import { type PillionProcess, pillionLauncher } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { type PolicyChange, policyFile } from './policy-file.ts';
import { webhookInForce } from './registered.ts';
import { allStand, deletePolicy, REPLICA, writePolicy } from './replicas.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

/** Pods of the load: what they are, and where. */
const PODS = {
  asking: { namespace: 'shop', annotations: ASKS },
  askingButNever: { namespace: 'shop', annotations: ASKS, labels: { never: 'yes' } },
  silent: { namespace: 'shop' },
  silentNever: { namespace: 'shop', labels: { never: 'yes' } },
  labelElsewhere: { namespace: 'other', labels: ASKS },
  silentElsewhere: { namespace: 'other' },
} as const;
type Kind = keyof typeof PODS;

const neverInject = [{ matchLabels: { never: 'yes' } }];

/** Policies, and the pods that each injects. */
const POLICIES: readonly (readonly [name: string, PolicyChange, readonly Kind[]])[] = [
  ['built in', {}, ['asking', 'askingButNever']],
  ['auto-inject', { optIn: { autoInject: 'enabled' } }, ['asking', 'askingButNever', 'silent', 'silentNever']],
  [
    'auto-inject, but not those',
    { optIn: { autoInject: 'enabled' }, spec: { neverInject } },
    ['asking', 'askingButNever', 'silent'],
  ],
  ['rule of Istio', { optIn: { rule: 'Istio' } }, ['asking', 'askingButNever', 'labelElsewhere']],
  ['classic order', { profile: { order: 'Classic' } }, ['asking', 'askingButNever']],
  [
    'rule of Istio with auto-inject in classic order',
    { optIn: { rule: 'Istio', autoInject: 'enabled' }, profile: { order: 'Classic' } },
    ['asking', 'askingButNever', 'silent', 'silentNever', 'labelElsewhere'],
  ],
];

const textOf = (index: number): string => policyFile(POLICIES[index]?.[1] ?? {});
const injectedBy = (index: number): ReadonlySet<string> => new Set(POLICIES[index]?.[2]);

const cluster = testCluster({ shop: ENABLED, other: {}, [OWN_NAMESPACE]: {} });
let service: Service;
let replicas: PillionProcess[];

const start = () =>
  cluster.launcher.start({
    register: `https://127.0.0.1:${service.port}`,
    args: [...REPLICA, '--policy-config-map', 'pillion-policy'],
  });

beforeAll(async () => {
  service = await startService();
  await makeOwner(cluster.api);
  await writePolicy(cluster.api, textOf(0));
  replicas = [await start(), await start()];
  service.route(replicas[0]?.port);
  await webhookInForce(cluster.controlPlane, 'shop');
  await allKept();
}, 120_000);

afterAll(async () => service?.stop());

const allKept = () =>
  eventually('every replica sees its own objects', async () =>
    (await Promise.all(replicas.map((replica) => allStand(cluster.api, replica)))).every(Boolean),
  );

let created = 0;

/** Creates a pod of a kind; nothing is kept of it. The next one is answered by another replica. */
async function create(
  kind: Kind,
): Promise<{ readonly status: number; readonly injected: boolean; readonly said: string }> {
  const { namespace, ...more } = PODS[kind];
  const { port } = replicas[created++ % replicas.length] as PillionProcess;
  await service.reroute(port);
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  const { status, body } = await cluster.api.call('POST', path, simplePod(`pod-${created}`, more));
  const injected = annotationsOf(body as Pod)[ANNOTATIONS.status] !== undefined;
  return { status, injected, said: status === 201 ? '' : String(body.message) };
}

const revisions = () =>
  Promise.all(
    replicas.map(async ({ opsPort }) => [...(await counterOf(opsPort, 'pillion_policy_info')).keys()].join()),
  );

test('while the policy changes, by two replicas and under load, no creation fails and each pod is as one of the policies wants it', async () => {
  const KINDS = Object.keys(PODS) as Kind[];
  /** The policies that a pod may have met, the newest last. */
  let inForce = [0];
  let loading = true;
  const wrong: unknown[] = [];
  const load = (async () => {
    for (let number = 0; loading; number++) {
      const kind = KINDS[number % KINDS.length] as Kind;
      const met = [...inForce];
      const { status, injected, said } = await create(kind);
      const allowed = new Set([...met, ...inForce].map((index) => injectedBy(index).has(kind)));
      if (status !== 201 || !allowed.has(injected)) wrong.push({ number, kind, met, status, injected, said });
    }
  })();
  // all pairs that differ in kind: wider, narrower, another rule, another order, and one change right behind another
  for (const next of [1, 2, 3, 4, 5, 0, 5, 1, 4, 0]) {
    const before = await revisions();
    inForce = [...inForce, next];
    await writePolicy(cluster.api, textOf(next));
    const switched = async () => (await revisions()).every((revision, index) => revision !== before[index]);
    await eventually(`${POLICIES[next]?.[0]} decides everywhere`, switched);
    // the hooks and the final state follow, and the API server reads them
    await sleep(1_000);
    await allKept();
    await sleep(1_500);
    inForce = [next];
  }
  // a change before the one before it is through
  for (const next of [1, 3, 5, 4]) {
    inForce = [...inForce, next];
    await writePolicy(cluster.api, textOf(next));
    await sleep(700);
  }
  await sleep(5_000);
  await allKept();
  await sleep(1_500);
  inForce = [4];
  await sleep(500);
  loading = false;
  await load;
  expect(wrong).toEqual([]);
  expect(created).toBeGreaterThan(500);
  expect(new Set(await revisions()).size).toBe(1);
}, 240_000);

test.each<[string, () => Promise<void>, RegExp, RegExp]>([
  [
    'a bad text',
    () => writePolicy(cluster.api, textOf(4).replace('autoInject: disabled', 'autoInject: enabeld')),
    /ConfigMap pillion-system\/pillion-policy, policy\.yaml:\d+:5: \/spec\/optIn\/autoInject: is \\"enabeld\\"/,
    /ConfigMap pillion-system\/pillion-policy, policy\.yaml:\d+:5: \/spec\/optIn\/autoInject: is "enabeld"/,
  ],
  [
    'nothing',
    () => writePolicy(cluster.api, ''),
    /pillion-policy: has nothing under the key policy\.yaml/,
    /has nothing under the key/,
  ],
  [
    'no ConfigMap',
    () => deletePolicy(cluster.api),
    /pillion-policy: does not exist; create it/,
    /does not exist; create it/,
  ],
])(
  '%s in place of the policy is told, and the one before it stays',
  async (_name, change, said, toldAtStart) => {
    const before = await revisions();
    await change();
    for (const { log } of replicas) await eventually('it is told', async () => said.test(await readFile(log, 'utf8')));
    expect(await revisions()).toEqual(before);
    expect(await create('asking')).toMatchObject({ status: 201, injected: true });
    // a rollout then stands still, and those that run go on
    const refused = await start().then(String, String);
    expect(refused).toContain('pillion ended with 2 before it was ready');
    expect(refused).toMatch(toldAtStart);
  },
  60_000,
);

test('an API server that is away at the start is waited for: not ready, and /readyz and the log say why', async () => {
  await writePolicy(cluster.api, textOf(4));
  const link = await startService();
  const file = join(cluster.controlPlane.folder, 'kubeconfig-over-link');
  const admin = { name: 'admin', groups: [], token: cluster.controlPlane.tokens.admin };
  const { ca, url } = cluster.controlPlane;
  await writeFile(file, kubeconfig(`https://127.0.0.1:${link.port}`, ca, [admin]), { mode: 0o600 });
  const launcher = await pillionLauncher({ ...cluster.controlPlane, kubeconfig: file });
  try {
    const args = [...REPLICA, '--policy-config-map', 'pillion-policy'];
    const [waiting, stopped] = await Promise.all([1, 2].map(() => launcher.start({ args, notReady: true })));
    for (const { opsPort, log } of [waiting, stopped] as PillionProcess[]) {
      await eventually('it says what it waits for', async () =>
        (await readiness(opsPort)).startsWith('503 waiting for: policy\nthe policy in ConfigMap pillion-system/'),
      );
      expect(await readiness(opsPort)).toMatch(/cannot be read yet: .*check --kubeconfig, --context and the network/);
      expect(await readFile(log, 'utf8')).toMatch(/"nextInMs":\d+.*cannot be read yet/);
    }
    await stopped?.process.stop();
    expect(await readFile(stopped?.log ?? '', 'utf8')).toContain('stopped before there was a policy');
    link.route(Number(new URL(url).port));
    await eventually('it is ready', async () => (await readiness(waiting?.opsPort ?? 0)).startsWith('200 ready\n'));
    expect(await readiness(waiting?.opsPort ?? 0)).not.toContain('cannot be read yet');
  } finally {
    await Promise.all([launcher.guard.stop(), link.stop()]);
  }
}, 60_000);

async function readiness(opsPort: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
  return answer === undefined ? '' : `${answer.status} ${await answer.text()}`;
}
