import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { differingPlaces, liesWithin } from '../../src/core/json/differing-places.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { type Evidence, holds } from '../../src/core/rollout/briefing/statement.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { untilInForce } from './agreement/in-force.ts';
import { WORKLOADS } from './briefing/workloads.ts';
import { eventually } from './eventually.ts';
import { policyFile } from './policy-file.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

// Workloads run without a sidecar, are briefed, and opt in by the commands of their briefing. Of each, a pod of before and one of after are
// compared: every statement has to hold in the second, and nothing may differ that no statement tells.

const cluster = testCluster({ shop: {}, enabled: ENABLED, misspelt: { 'istio-injection': 'enalbed' } });

const OTHERS = ['istio', 'classic', 'uncaptured', 'featureless', 'traced'];
const POLICY = policyFile({
  spec: {
    profiles: [...OTHERS.map((name) => ({ name, podSelector: { matchLabels: { profile: name } } })), { name: 'envoy' }],
  },
  istio: {},
  more: {
    classic: { order: 'Classic' },
    uncaptured: { capture: 'None' },
    featureless: { features: [] },
    traced: {
      features: ['Observability', 'Resilience'],
      telemetry: {
        tracing: { collector: 'otel.observability:4317', samplingPercent: 5, propagation: 'W3C' },
        accessLog: { mode: 'All', sampledPercent: 1, format: 'Gelf', includeQuery: false },
      },
    },
  },
});

interface Told {
  readonly kind: string;
  readonly name: string;
  readonly verdict: string;
  readonly statements: readonly {
    readonly kind: string;
    readonly says: string;
    readonly evidence: readonly Evidence[];
  }[];
  readonly ways: readonly { readonly what: string; readonly says: string; readonly command?: string }[];
}

const briefings = new Map<string, Told>();
const before = new Map<string, Pod>();
const after = new Map<string, Pod>();
const KEYS = WORKLOADS.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

const run = promisify(execFile);

/** Runs a command of a briefing as a shell would take it apart. */
async function byShell(command: string): Promise<void> {
  const { stdout } = await run('sh', ['-c', `set -- ${command}; printf '%s\\0' "$@"`]);
  const [program, ...args] = stdout.split('\0').slice(0, -1);
  expect(program).toBe('kubectl');
  expect(await cluster.controlPlane.kubectl(args)).toMatchObject({ code: 0 });
}

const apply = async (objects: readonly object[]) =>
  expect(
    await cluster.controlPlane.kubectl(['apply', '-f', '-'], objects.map((one) => JSON.stringify(one)).join('\n---\n')),
  ).toMatchObject({ code: 0 });

async function pods(): Promise<readonly Pod[]> {
  const { body } = await cluster.api.call('GET', '/api/v1/namespaces/shop/pods');
  return (body as unknown as { readonly items: readonly Pod[] }).items;
}

/** The pods of each workload, by the prefix that their controllers give them. */
async function collect(into: Map<string, Pod>, isMeant: (pod: Pod) => boolean): Promise<void> {
  for (const pod of await pods()) {
    const name = pod.metadata.name ?? '';
    const key = KEYS.filter((one) => `${name}-`.startsWith(`${one.split(' ')[1]}-`)).toSorted(
      (one, other) => other.length - one.length,
    )[0];
    if (key !== undefined && isMeant(pod)) into.set(key, pod);
  }
}

const isInjected = ({ metadata }: Pod) => metadata.annotations?.['pillion.io/status'] !== undefined;

async function createJobOfCron(name: string) {
  const made = await cluster.controlPlane.kubectl(['create', 'job', '-n', 'shop', name, '--from=cronjob/nightly']);
  expect(made).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  const { controlPlane, launcher, api } = cluster;
  const policy = join(launcher.guard.folder, 'policy.yaml');
  await writeFile(policy, POLICY);
  const pillion = await launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', policy] });
  await untilInForce(api, pillion);
  // the controller of DaemonSets makes a pod for each node, whether anything runs there or not
  await apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } }, ...WORKLOADS]);
  await createJobOfCron('nightly-before');
  await eventually('every workload has a pod', async () => {
    await collect(before, () => true);
    return before.size === KEYS.length;
  });
  const args = ['rollout', 'brief', 'shop', '-o', 'json', '--policy', 'policy'];
  const { exit, stdout, stderr } = await commandLine([...args, '--kubeconfig', controlPlane.kubeconfig], {
    files: { policy: POLICY },
  });
  if (exit !== 0) throw new Error(stderr);
  const { squads } = JSON.parse(stdout) as { readonly squads: readonly { readonly workloads: readonly Told[] }[] };
  for (const told of squads.flatMap(({ workloads }) => workloads)) briefings.set(`${told.kind} ${told.name}`, told);
  await optIn();
  await eventually('every workload has a pod with a sidecar', async () => {
    await collect(after, isInjected);
    return after.size === KEYS.length;
  });
});

/** Opts everything in by the commands of the briefings; what no command can change is made anew with the mark. */
async function optIn(): Promise<void> {
  const ways = [...briefings.values()].flatMap((told) => told.ways.filter(({ what }) => what === 'OptIn'));
  const commands = [...new Set(ways.flatMap(({ command }) => command ?? []))];
  // the label of the namespace is the same for all
  expect(commands.filter((command) => command.includes('label namespace'))).toHaveLength(1);
  for (const command of commands.toSorted(
    (one, other) => Number(other.includes('label')) - Number(one.includes('label')),
  ))
    await byShell(command);
  await createJobOfCron('nightly-after');
  const marked = WORKLOADS.filter(({ kind }) => kind === 'Job' || kind === 'Pod');
  const { controlPlane } = cluster;
  for (const { kind, metadata } of marked)
    await controlPlane.kubectl(['delete', kind, metadata.name, '-n', 'shop', '--cascade=foreground', '--force']);
  await apply(
    marked.map((object) => {
      const mark = { annotations: { 'sidecar.istio.io/inject': 'true' } };
      if (object.kind === 'Pod') return { ...object, metadata: { ...object.metadata, ...mark } };
      const { template } = object.spec as unknown as { readonly template: { readonly metadata: object } };
      return { ...object, spec: { template: { ...template, metadata: { ...template.metadata, ...mark } } } };
    }),
  );
  // their controllers wait for the pod to become ready, which nobody makes it here
  for (const name of ['store-0', ...(await podsOf('agent'))])
    await controlPlane.kubectl(['delete', 'pod', name, '-n', 'shop', '--force']);
}

const podsOf = async (app: string) =>
  (await pods()).flatMap(({ metadata }) => (metadata.labels?.app === app ? [metadata.name ?? ''] : []));

/** What tells one pod from another, whoever injects it. */
const OF_EACH_POD: readonly (readonly [place: RegExp, because: string])[] = [
  [
    /^\/metadata\/(name|generateName|uid|creationTimestamp|resourceVersion|generation|managedFields|ownerReferences)(\/|$)/,
    'who it is',
  ],
  [
    /^\/metadata\/labels\/(pod-template-hash|controller-revision-hash|pod-template-generation)$/,
    'a mark of its template',
  ],
  [/^\/metadata\/labels\/(batch\.kubernetes\.io~1)?(controller-uid|job-name)$/, 'which Job made it'],
  [/^\/metadata\/annotations\/kubectl\.kubernetes\.io~1last-applied-configuration$/, 'what kubectl notes'],
  [/^\/status\/(?!qosClass)/, 'how it goes'],
];

/** A pod as it is compared: maps and lists that are absent are empty ones, so that each of their parts is told. */
function compared(pod: Pod | undefined): Readonly<Record<string, unknown>> {
  // the API server gives the volume of the token another name in each pod
  const text = JSON.stringify(pod).replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access');
  const { metadata, spec, ...more } = JSON.parse(text) as Pod;
  return {
    ...more,
    metadata: { ...metadata, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} },
    spec: { initContainers: [], volumes: [], imagePullSecrets: [], ...spec },
  };
}

describe.each(KEYS)('%s', (key) => {
  test('every statement holds in the pod that the API server stored', () => {
    const told = briefings.get(key);
    expect(told?.verdict).toBe('inject');
    const wrong = (told?.statements ?? []).flatMap(({ says, evidence }) =>
      evidence.filter((one) => !holds(after.get(key), one)).map((one) => ({ says, one })),
    );
    expect(wrong).toEqual([]);
    const unproven = (told?.statements ?? []).filter(({ evidence }) => evidence.length === 0);
    expect(unproven).toEqual([]);
  });

  test('nothing differs that no statement tells', () => {
    const [left = {}, right = {}] = [before, after].map((pods) => compared(pods.get(key)));
    const parts = ['metadata', 'spec', 'status'];
    const places = differingPlaces(parts.map((part) => ({ key: part, left: left[part], right: right[part] })));
    const covered = (briefings.get(key)?.statements ?? []).flatMap(({ evidence }) =>
      evidence.map(({ place }) => place),
    );
    const untold = places.filter(
      (place) =>
        !OF_EACH_POD.some(([known]) => known.test(place)) && !covered.some((outer) => liesWithin(place, outer)),
    );
    expect({ untold, differs: places.length > 0 }).toEqual({ untold: [], differs: true });
  });
});

test('who opts out by the command of the briefing gets pods without a sidecar', async () => {
  const command = briefings.get('Deployment plain')?.ways.find(({ what }) => what === 'OptOut')?.command;
  const known = new Set((await pods()).map(({ metadata }) => metadata.uid));
  await byShell(command ?? '');
  const fresh = new Map<string, Pod>();
  await eventually('there is a new pod', async () => {
    await collect(fresh, ({ metadata }) => !known.has(metadata.uid) && metadata.labels?.app === 'plain');
    return fresh.has('Deployment plain');
  });
  expect(isInjected(fresh.get('Deployment plain') as Pod)).toBe(false);
});
