import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { kubeconfig } from '../controlplane/users.ts';
import { eventually } from './eventually.ts';
import { OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import { POLICIES as POLICY_OBJECTS } from './own-kinds.ts';
import { type PillionProcess, pillionLauncher } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { type PolicyChange, policyFile } from './policy-file.ts';
import { policyHooksInForce, policyObjectsService, startPolicyReplica } from './policy-objects-service.ts';
import { allStand, REPLICA, writePolicy } from './replicas.ts';
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

const start = (pod: string) => startPolicyReplica(cluster, service, pod);

beforeAll(async () => {
  service = await policyObjectsService(cluster);
  await writePolicy(cluster.api, textOf(0));
  replicas = [await start('pillion-a'), await start('pillion-b')];
  service.route(replicas[0]?.port);
  await policyHooksInForce(cluster, 'shop');
  await allKept();
});

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
});

const HOOK = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-pillion-policies';
const HISTORY = `/apis/apps/v1/namespaces/${OWN_NAMESPACE}/controllerrevisions`;

/** Names of what is kept of earlier policies. */
const history = async (): Promise<readonly string[]> => {
  const { items } = (await cluster.api.call('GET', HISTORY)).body as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return items.map(({ metadata }) => metadata.name);
};

const profile = (name: string, memory: string) =>
  parseAllDocuments(policyFile({ more: { [name]: {} } }))
    .map((document) => document.toJS())
    .filter(({ kind, metadata }) => kind === 'SidecarProfile' && metadata.name === name)
    .map((object) => {
      object.spec.sidecar.resources.requests.memory = memory;
      return stringify(object);
    })
    .join('');
const policyOnly = (change: PolicyChange, name = 'default') => {
  const [document] = parseAllDocuments(policyFile(change)).slice(-1);
  return stringify({ ...document?.toJS(), metadata: { name } });
};

describe('when the webhook of the objects is away, so that only the API server judges them', () => {
  beforeAll(async () => {
    await eventually('the policy that decides is in its history', async () => (await history()).length > 0);
    // what is deleted by hand stays so
    await cluster.api.call('DELETE', HOOK);
    await eventually('nobody is asked', async () => {
      const answer = await cluster.api.call('POST', `${POLICY_OBJECTS}?dryRun=All`, parse(policyOnly({}, 'unasked')));
      return answer.warnings.length === 0;
    });
  });

  test.each<[string, string, string]>([
    [
      'an override that there is not',
      policyOnly({ spec: { overrides: { allow: [{ key: 'sidecar.istio.io/proxyCpu' }] } } }),
      'InjectionPolicy default: /spec/overrides/allow/0/key: is "sidecar.istio.io/proxyCpu"; did you mean',
    ],
    [
      'a profile that there is not',
      policyOnly({ spec: { profiles: [{ name: 'small' }] } }),
      'InjectionPolicy default: /spec/profiles/0/name: is "small"; known profiles: istio, envoy',
    ],
    [
      'a profile that is refused itself',
      `${profile('tiny', '900Gi')}---\n${policyOnly({ spec: { profiles: [{ name: 'tiny' }] } })}`,
      'SidecarProfile tiny: /spec/sidecar/resources/requests/memory: is "900Gi", above the limit',
    ],
  ])(
    '%s is told, the policy before it stays, and a replica that starts takes that from the history',
    async (_name, text, said) => {
      const before = await revisions();
      await writePolicy(cluster.api, text);
      for (const { log } of replicas)
        await eventually('it is told', async () =>
          (await readFile(log, 'utf8')).includes(JSON.stringify(said).slice(1, -1)),
        );
      expect(await revisions()).toEqual(before);
      expect(await create('asking')).toMatchObject({ status: 201, injected: true });
      const late = await start('late');
      expect(await readFile(late.log, 'utf8')).toContain('so the last one that was good decides');
      expect([...(await counterOf(late.opsPort, 'pillion_policy_info')).keys()].join()).toBe(before[0]);
      await late.process.stop();
    },
  );

  test('without a history a replica does not start, and says every problem', async () => {
    const kept = (await cluster.api.call('GET', HISTORY)).body as { readonly items: readonly object[] };
    for (const name of await history()) await cluster.api.call('DELETE', `${HISTORY}/${name}`);
    const refused = await start('refused').then(String, String);
    expect(refused).toContain('pillion ended with 2 before it was ready');
    expect(refused).toContain('SidecarProfile tiny: /spec/sidecar/resources/requests/memory: is "900Gi"');
    for (const object of kept.items) await cluster.api.call('POST', HISTORY, withoutVersion(object));
  });

  test('what the policy does not need is left out and told, and keeps nothing from taking effect', async () => {
    const before = await revisions();
    await writePolicy(cluster.api, policyOnly({ spec: { profiles: [{ name: 'tiny' }], mode: 'Shadow' } }, 'canary'));
    await writePolicy(cluster.api, textOf(5));
    await eventually('the good one decides', async () => {
      const now = await revisions();
      return now.every((revision, index) => revision !== before[index]);
    });
    for (const { log } of replicas) {
      const text = await readFile(log, 'utf8');
      expect(text).toContain('left out of the policy: SidecarProfile tiny: /spec/sidecar/resources/requests/memory');
      expect(text).toContain(
        'left out of the policy: InjectionPolicy canary: /spec/profiles/0/name: is \\"tiny\\", a SidecarProfile that is refused',
      );
    }
  });
});

const withoutVersion = (object: object) => {
  const { metadata, ...rest } = object as { readonly metadata: { readonly name: string } };
  const { resourceVersion: _, uid: __, ...kept } = metadata as Record<string, unknown> & typeof metadata;
  return { ...rest, metadata: kept };
};

test('an API server that is away at the start is waited for: not ready, and /readyz and the log say why', async () => {
  await writePolicy(cluster.api, textOf(4));
  const link = await startService();
  const file = join(cluster.controlPlane.folder, 'kubeconfig-over-link');
  const admin = { name: 'admin', groups: [], token: cluster.controlPlane.tokens.admin };
  const { ca, url } = cluster.controlPlane;
  await writeFile(file, kubeconfig(`https://127.0.0.1:${link.port}`, ca, [admin]), { mode: 0o600 });
  const launcher = await pillionLauncher({ ...cluster.controlPlane, kubeconfig: file });
  try {
    const args = [...REPLICA, '--policy-objects'];
    const [waiting, stopped] = await Promise.all([1, 2].map(() => launcher.start({ args, notReady: true })));
    for (const { opsPort, log } of [waiting, stopped] as PillionProcess[]) {
      await eventually('it says what it waits for', async () =>
        (await readiness(opsPort)).startsWith(
          '503 waiting for: policy\nthe InjectionPolicies and SidecarProfiles of the cluster ',
        ),
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
});

async function readiness(opsPort: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
  return answer === undefined ? '' : `${answer.status} ${await answer.text()}`;
}
