import fc from 'fast-check';
import { EVERY_OVERRIDE } from '../../core-fixtures/policies.ts';
import type { PolicyChange } from '../policy-file.ts';

const MARK = 'sidecar.istio.io/inject';

/** Namespaces as a rollout finds them, by the names under which the test creates them. */
export const NAMESPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  unlabelled: {},
  enabled: { 'istio-injection': 'enabled', tier: 'gold' },
  baseline: { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'baseline' },
  disabled: { 'istio-injection': 'disabled' },
  misspelt: { 'istio-injection': 'enalbed' },
  'our-revision': { 'istio.io/rev': 'default' },
  'other-revision': { 'istio.io/rev': 'canary' },
  'both-labels': { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' },
  guarded: { 'istio-injection': 'enabled' },
};

/** A policy in force while its combinations are tried; the namespace `guarded` is protected by all of them. */
export interface PolicyVariant {
  readonly title: string;
  readonly change: PolicyChange;
  /** Settings of pods beside those that every profile knows. */
  readonly settings?: readonly Settings[];
  /** How many rows, when not as many as usual. */
  readonly rows?: number;
}

type Settings = Readonly<Record<string, string>>;

const protectedNamespaces = ['kube-system', 'guarded'];
const CPU = 'sidecar.istio.io/proxyCPU';

/** Each of them makes a sidecar of another shape. */
const ISTIO_SETTINGS: readonly Settings[] = [
  { 'sidecar.istio.io/proxyImage': 'registry.example/own/proxyv2:1' },
  { 'sidecar.istio.io/interceptionMode': 'NONE' },
  { 'sidecar.istio.io/nativeSidecar': 'false' },
  { 'sidecar.istio.io/nativeSidecar': 'false', 'sidecar.istio.io/interceptionMode': 'NONE' },
  { 'inject.istio.io/templates': 'sidecar,labelled' },
  { 'inject.istio.io/templates': 'labelled' },
  { 'sidecar.istio.io/interceptionMode': 'TPROXY', 'status.sidecar.istio.io/port': '15999' },
];
const ISTIO_KEYS = [CPU, ...new Set(ISTIO_SETTINGS.flatMap((settings) => Object.keys(settings)))];

export const VARIANTS: readonly PolicyVariant[] = [
  { title: 'built in', change: { spec: { protectedNamespaces } } },
  {
    title: 'Istio’s rule, silent pods injected, Classic order',
    change: {
      optIn: { rule: 'Istio', autoInject: 'enabled' },
      profile: { order: 'Classic' },
      spec: { protectedNamespaces },
    },
  },
  {
    title: 'overrides bounded and refused, selectors',
    change: {
      spec: {
        protectedNamespaces,
        neverInject: [{ matchLabels: { app: 'cache' } }],
        alwaysInject: [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['edge', 'cache'] }] }],
        overrides: { allow: [{ key: CPU, min: '50m', max: '1' }], others: 'Deny' },
      },
    },
  },
  {
    title: 'overrides warned of, final state warned of, no capture',
    change: {
      profile: { capture: 'None' },
      spec: {
        protectedNamespaces,
        overrides: { allow: [{ key: CPU, max: '1' }], others: 'Warn' },
        finalState: 'Warn',
      },
    },
  },
  {
    title: 'Istio’s rule, overrides recorded, final state off',
    change: {
      optIn: { rule: 'Istio' },
      spec: { protectedNamespaces, overrides: { allow: [], others: 'Audit' }, finalState: 'Off' },
    },
  },
  {
    title: 'exclusions by labels of pods, and of namespaces',
    change: {
      spec: {
        protectedNamespaces,
        exclusions: [
          { podSelector: { matchLabels: { app: 'cache' } }, reason: 'it speaks first', expires: '2099-12-31' },
          {
            namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'In', values: ['default'] }] },
            reason: 'it is to be closed soon',
            expires: '2099-12-31',
          },
        ],
      },
    },
    rows: 80,
  },
  {
    title: 'profile istio, its final state enforced',
    change: {
      istio: { templates: [{ name: 'labelled', labels: { mesh: 'on' } }] },
      spec: {
        protectedNamespaces,
        profiles: [{ name: 'istio' }],
        overrides: { allow: EVERY_OVERRIDE.filter(({ key }) => ISTIO_KEYS.includes(key)), others: 'Deny' },
        finalState: 'Deny',
      },
    },
    settings: ISTIO_SETTINGS,
    rows: 60,
  },
  {
    title: 'held to stages by names, by labels, by pods',
    change: {
      spec: {
        protectedNamespaces,
        alwaysInject: [{ matchLabels: { app: 'edge' } }],
        rollout: { enforce: 'Skip' },
      },
      stages: [
        { name: 'by-name', state: 'Open', namespaces: ['enabled', 'misspelt', 'guarded'] },
        {
          name: 'by-label',
          state: 'Open',
          namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'In', values: ['default'] }] },
        },
        {
          name: 'by-pods',
          state: 'Open',
          namespaces: ['baseline', 'both-labels'],
          podSelector: { matchLabels: { app: 'web' } },
        },
        { name: 'closed', state: 'Closed', namespaces: ['baseline', 'both-labels', 'unlabelled'] },
      ],
    },
    rows: 80,
  },
];

/** One pod in one namespace. */
export interface Combination {
  readonly namespace: string;
  readonly label: string | undefined;
  readonly annotation: string | undefined;
  readonly revision: string | undefined;
  readonly app: string;
  readonly settings: Settings;
  readonly hostNetwork: boolean;
  readonly owner: 'ReplicaSet' | 'Job' | undefined;
  readonly also: 'nothing' | 'uid 1337' | 'another mesh' | 'init container' | 'a volume of our name';
}

const often = <T>(usual: T, ...rare: readonly T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...rare) });

const combination = (settings: readonly Settings[]): fc.Arbitrary<Combination> =>
  fc.record({
    namespace: fc.oneof(
      { weight: 3, arbitrary: fc.constant('enabled') },
      { weight: 5, arbitrary: fc.constantFrom(...Object.keys(NAMESPACES)) },
    ),
    label: often<string | undefined>(undefined, 'true', 'false', 'yes'),
    annotation: often<string | undefined>('true', undefined, 'false', 'True'),
    revision: often<string | undefined>(undefined, 'default', 'canary'),
    app: fc.constantFrom('web', 'edge', 'cache'),
    settings: often<Settings>(
      {},
      { [CPU]: '200m' },
      { [CPU]: '1500m' },
      { [CPU]: '10m' },
      { [CPU]: 'much' },
      { 'sidecar.istio.io/logLevel': 'debug' },
      { 'sidecar.istio.io/proxyMemory': '256Mi', 'sidecar.istio.io/unknown': 'x' },
      ...settings,
    ),
    hostNetwork: often(false, false, true),
    owner: fc.constantFrom(undefined, undefined, 'ReplicaSet' as const, 'Job' as const),
    also: often<Combination['also']>('nothing', 'uid 1337', 'another mesh', 'init container', 'a volume of our name'),
  });

/** The combinations of one run: always the same ones, each once. */
export function combinations(
  howMany: number,
  seed: number,
  settings: readonly Settings[] = [],
): readonly Combination[] {
  const drawn = fc.sample(combination(settings), { seed, numRuns: howMany * 2 }).map((row) =>
    // Pod Security refuses the network of the node by itself there
    row.namespace === 'baseline' ? { ...row, hostNetwork: false } : row,
  );
  const distinct = new Map(drawn.map((row) => [JSON.stringify(row), row]));
  return [...distinct.values()].slice(0, howMany);
}

type Json = Record<string, unknown>;

const CONTAINER = { name: 'app', image: 'registry.example/app:1' };
const SPECS: Readonly<Record<Combination['also'], Json>> = {
  nothing: { containers: [CONTAINER] },
  'uid 1337': { containers: [{ ...CONTAINER, securityContext: { runAsUser: 1337 } }] },
  'another mesh': { containers: [CONTAINER, { name: 'linkerd-proxy', image: 'registry.example/linkerd:1' }] },
  'init container': {
    initContainers: [{ name: 'migrate', image: 'registry.example/migrate:1' }],
    containers: [CONTAINER],
  },
  'a volume of our name': {
    containers: [CONTAINER],
    volumes: ['pillion-envoy-run', 'istio-envoy'].map((name) => ({ name, emptyDir: {} })),
  },
};

/** Metadata and spec of the combination, for a pod or for the template of a workload. */
function podParts({ label, annotation, revision, app, settings, hostNetwork, also }: Combination): {
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
  readonly spec: Json;
} {
  const labels = { app, ...(label && { [MARK]: label }), ...(revision && { 'istio.io/rev': revision }) };
  const annotations = { ...(annotation && { [MARK]: annotation }), ...settings };
  return { metadata: { labels, annotations }, spec: { ...SPECS[also], ...(hostNetwork && { hostNetwork }) } };
}

/** The combination as a pod; its owner does not exist, which an API server does not mind. */
export function podOf(row: Combination, name: string): Json {
  const { metadata, spec } = podParts(row);
  const uid = '00000000-0000-4000-8000-000000000001';
  const apiVersion = row.owner === 'Job' ? 'batch/v1' : 'apps/v1';
  const ownerReferences = row.owner && [{ apiVersion, kind: row.owner, name: 'owner', uid, controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: row.namespace, ...metadata, ...(ownerReferences && { ownerReferences }) },
    spec,
  };
}

/** The combination as the template of a Deployment. */
export function deploymentOf(row: Combination, name: string): Json {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: row.namespace },
    spec: { selector: { matchLabels: { app: row.app } }, template: podParts(row) },
  };
}
