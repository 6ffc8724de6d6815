import { expect, test } from '@jest/globals';
import { subjectOf } from '../../../src/core/decision/subject.ts';
import { DEFAULT_POLICY } from '../../../src/core/policy/default-policy.generated.ts';
import { loadPolicy } from '../../../src/core/policy/load.ts';
import { problemLine } from '../../../src/core/problem/problem.ts';
import { ENVOY_PROFILE } from '../../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { CIRCUMSTANCES } from '../../core-fixtures/policies.ts';
import { ALIAS_BOMB, WHOLE_POLICY } from '../../core-fixtures/policy-texts.ts';

/** What is told about these files, the built-in ones before them. */
function told(files: Record<string, string>): string[] {
  const sources = [
    { file: 'built-in profile', text: ENVOY_PROFILE, builtIn: true as const },
    { file: 'built-in policy', text: DEFAULT_POLICY, builtIn: true as const },
    ...Object.entries(files).map(([file, text]) => ({ file, text })),
  ];
  const loaded = loadPolicy(sources, CIRCUMSTANCES);
  return 'active' in loaded ? [] : loaded.problems.map(problemLine);
}

/** The built-in text with one piece replaced. */
function changed(text: string, piece: string | RegExp, instead: string): string {
  const result = text.replace(piece, instead);
  if (result === text) throw new Error(`${piece} is not in the text`);
  return result;
}

const policy = (piece: string | RegExp, instead: string) => ({
  'policy.yaml': changed(WHOLE_POLICY, piece, instead),
});
const profile = (piece: string | RegExp, instead: string) => ({
  'profile.yaml': changed(ENVOY_PROFILE, piece, instead),
});
test.each<[string, Record<string, string>, string[]]>([
  ['the built-in texts', {}, []],
  ['the built-in policy as a file', { 'policy.yaml': DEFAULT_POLICY }, []],
  ['an empty file', { 'policy.yaml': '' }, []],
  ['a file with comments only', { 'policy.yaml': '# later\n---\n' }, []],
  [
    'an unknown key',
    policy('onError:', 'onErrors:'),
    ['policy.yaml:20:3: /spec/onErrors: is not a key that is known here; did you mean onError?'],
  ],
  [
    'an unknown key further down',
    policy('enabled: enabled,', 'enabled: enabled, on: yes,'),
    [
      'policy.yaml:9:62: /spec/optIn/namespaceLabel/on: is not a key that is known here; remove it or mend its spelling',
    ],
  ],
  [
    'a wrong word',
    policy('rule: NamespaceAndPod', 'rule: namespaceAndPod'),
    ['policy.yaml:7:5: /spec/optIn/rule: is "namespaceAndPod"; accepted: NamespaceAndPod, Istio'],
  ],
  [
    'a wrong type',
    policy('autoInject: disabled', 'autoInject: false'),
    ['policy.yaml:8:5: /spec/optIn/autoInject: is false; accepted: enabled, disabled'],
  ],
  [
    'a wrong version',
    policy('pillion.io/v1alpha1', 'pillion.io/v1'),
    ['policy.yaml:1:1: /apiVersion: is "pillion.io/v1"; accepted: "pillion.io/v1alpha1"'],
  ],
  [
    'a wrong kind',
    policy('kind: InjectionPolicy', 'kind: InjectPolicy'),
    ['policy.yaml:2:1: /kind: is "InjectPolicy"; accepted here: InjectionPolicy, SidecarProfile, RolloutPlan'],
  ],
  [
    'no object',
    { 'policy.yaml': '- 1\n' },
    ['policy.yaml:1:1: is [1]; accepted here: an object with kind: InjectionPolicy, SidecarProfile or RolloutPlan'],
  ],
  [
    'two policies',
    { 'policy.yaml': `${WHOLE_POLICY}---\n${WHOLE_POLICY}` },
    [
      'policy.yaml:25:3: /metadata/name: is the second InjectionPolicy in the given files; keep one, since only one can be active, or give it mode: Shadow',
    ],
  ],
  [
    'a key written twice',
    policy('  onError: Refuse', '  onError: Refuse\n  onError: Admit'),
    ['policy.yaml:21:3: the key "onError" stands here again; keep one'],
  ],
  [
    'an alias that multiplies itself',
    { 'policy.yaml': ALIAS_BOMB },
    ['policy.yaml: Excessive alias count indicates a resource exhaustion attack'],
  ],
  [
    'a tag',
    policy('onError: Refuse', 'onError: !secret Refuse'),
    ['policy.yaml:20:12: Unresolved tag: !secret (TAG_RESOLVE_FAILED)'],
  ],
  [
    'text that is too long',
    { 'policy.yaml': ' '.repeat(100_001) },
    ['policy.yaml: has 100001 characters; accepted: at most 100000; split it into several files'],
  ],
  [
    'an unknown profile',
    policy('name: envoy', 'name: enovy'),
    ['policy.yaml:16:7: /spec/profiles/0/name: is "enovy"; known profiles: envoy'],
  ],
  [
    'no profile',
    policy(/profiles:\n.*\n/, 'profiles: []\n'),
    ['policy.yaml:15:3: /spec/profiles: is []; it must not have fewer than 1 items'],
  ],
  [
    'a last profile with a selector',
    policy('- name: envoy', '- {name: envoy, podSelector: {matchLabels: {a: b}}}'),
    [
      'policy.yaml:16:7: /spec/profiles/0: is the last and has a selector; end the list with a profile for all the rest',
    ],
  ],
  [
    'a selector that selects everything',
    policy('neverInject: []', 'neverInject: [{}]'),
    ['policy.yaml:13:17: /spec/neverInject/0: is {}; it must not have fewer than 1 properties'],
  ],
  [
    'a name that is none',
    policy('[kube-system,', '[Kube_System,'),
    [
      'policy.yaml:12:25: /spec/protectedNamespaces/0: is "Kube_System"; it must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"',
    ],
  ],
  [
    'a profile with an amount that is none',
    profile('cpu: 100m, memory: 128Mi', 'cpu: lots, memory: 128Mi'),
    [
      'profile.yaml:29:19: /spec/sidecar/resources/requests/cpu: is "lots"; accepted: a quantity, such as 100m or 128Mi',
    ],
  ],
  [
    'a profile that asks for more than it allows',
    profile('cpu: 100m, memory: 128Mi', 'cpu: 100m, memory: 2Gi'),
    [
      'profile.yaml:29:30: /spec/sidecar/resources/requests/memory: is "2Gi", above the limit "1Gi"; raise the limit or ask for less',
    ],
  ],
  [
    'a profile with a collector that has no port',
    profile('{ samplingPercent: 1,', '{ collector: otel-collector, samplingPercent: 1,'),
    [
      'profile.yaml:19:16: /spec/telemetry/tracing/collector: is "otel-collector"; accepted: HOST:PORT, such as otel-collector.observability:4317',
    ],
  ],
  [
    'a profile with a block that is none',
    profile('outboundCidrs: []', 'outboundCidrs: [10.0.0.0]'),
    [
      'profile.yaml:16:21: /spec/exclude/outboundCidrs/0: is "10.0.0.0"; accepted: a block of addresses, such as 10.0.0.0/8',
    ],
  ],
  [
    'a profile with a port that is none',
    profile('inboundPorts: []', 'inboundPorts: [80, 0]'),
    ['profile.yaml:14:24: /spec/exclude/inboundPorts/1: is 0; it must be >= 1'],
  ],
  [
    'a profile with a feature of tomorrow',
    profile('[Observability]', '[Observability, Tomorrow]'),
    ['profile.yaml:8:29: /spec/features/1: is "Tomorrow"; accepted: Observability, Resilience'],
  ],
])('%s', (_, files, problems) => {
  expect(told(files)).toEqual(problems);
});

test('problems of several files are told together', () => {
  const files = { ...policy('onError: Refuse', 'onError: Ignore'), ...profile('order: Native', 'order: First') };
  expect(told(files)).toEqual([
    'policy.yaml:20:3: /spec/onError: is "Ignore"; accepted: Refuse, Admit',
    'profile.yaml:9:3: /spec/order: is "First"; accepted: Native, Classic',
  ]);
});

test('without any policy there is nothing to decide by', () => {
  const loaded = loadPolicy([{ file: 'profile.yaml', text: ENVOY_PROFILE }], CIRCUMSTANCES);
  expect(loaded).toEqual({ problems: [{ path: '', message: expect.stringContaining('there is no InjectionPolicy') }] });
});

test('what a user brings hides what is built in: a policy, and the profile of its name', () => {
  const sources = [
    { file: 'a', text: ENVOY_PROFILE, builtIn: true as const },
    { file: 'b', text: DEFAULT_POLICY, builtIn: true as const },
    { file: 'c', text: changed(ENVOY_PROFILE, 'logLevel: warning', 'logLevel: debug') },
    { file: 'd', text: changed(WHOLE_POLICY, 'name: default', 'name: mine') },
  ];
  const loaded = loadPolicy(sources, { ...CIRCUMSTANCES, ownNamespace: 'mesh' });
  if (!('active' in loaded)) throw new Error('not loaded');
  expect(loaded.active.name).toBe('mine');
  expect([...loaded.active.protectedNamespaces].sort()).toEqual([
    'kube-node-lease',
    'kube-public',
    'kube-system',
    'mesh',
  ]);
  const pod = { metadata: {}, spec: { containers: [{ name: 'web' }] } };
  const { injection } = subjectOf(pod, { name: 'shop', labels: {} }, loaded.active, '0'.repeat(16)).rendering();
  expect(JSON.stringify(injection.initContainers)).toContain('"--log-level","debug"');
});

test('no policy opens the system namespaces or Pillion’s own', () => {
  const text = changed(
    WHOLE_POLICY,
    'protectedNamespaces: [kube-system, kube-public]',
    'protectedNamespaces: [guarded]',
  );
  const loaded = loadPolicy(
    [
      { file: 'a', text: ENVOY_PROFILE },
      { file: 'b', text },
    ],
    { ...CIRCUMSTANCES, ownNamespace: 'mesh' },
  );
  if (!('active' in loaded)) throw new Error('not loaded');
  const names = ['guarded', 'kube-node-lease', 'kube-public', 'kube-system', 'mesh'];
  expect([...loaded.active.protectedNamespaces].sort()).toEqual(names);
});
