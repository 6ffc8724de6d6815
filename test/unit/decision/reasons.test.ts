import { expect, test } from '@jest/globals';
import { type Admission, admit } from '../../../src/core/admission/admit.ts';
import { NAMESPACE_ALLOW_REASONS, NAMESPACE_DENY_REASONS } from '../../../src/core/decision/namespace-reasons.ts';
import { POLICY_ALLOW_REASONS, POLICY_DENY_REASONS } from '../../../src/core/decision/policy-reasons.ts';
import { REASONS, type Reason } from '../../../src/core/decision/reasons.ts';
import { SERVICE_ALLOW_REASONS, SERVICE_DENY_REASONS } from '../../../src/core/decision/service-reasons.ts';
import { admitted, answer, type Circumstances, NOW, patched, reviewOf } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, MARK, ownedBy, type PodJson, podWith } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';
import { servicesOf } from '../../core-fixtures/traffic-services.ts';

interface Expected {
  readonly rule?: string;
  /** The places of the problems. */
  readonly at?: readonly string[];
  readonly also?: readonly Reason[];
}

type Row = [Reason, what: string, PodJson, Circumstances, Expected];

const CLASSIC = policyWith({ profile: { order: 'Classic' } });
const NO_CAPTURE = policyWith({ profile: { capture: 'None' } });
const SELECTORS = policyWith({
  spec: {
    neverInject: [{ matchLabels: { tier: 'cache' } }, { matchExpressions: [{ key: 'legacy', operator: 'Exists' }] }],
    alwaysInject: [
      { matchLabels: { tier: 'edge' } },
      { matchExpressions: [{ key: 'tier', operator: 'In', values: ['cache'] }] },
    ],
  },
});
const EXCEPTIONS = policyWith({
  spec: {
    exclusions: [
      { podSelector: { matchLabels: { ended: '' } }, reason: 'it could not bear it', expires: '2026-11-02' },
      {
        namespaceSelector: { matchLabels: { team: 'billing' } },
        podSelector: { matchExpressions: [{ key: 'legacy', operator: 'Exists' }] },
        reason: 'it speaks a protocol of its own',
        expires: '2026-11-03',
      },
    ],
  },
});
const HELD = policyWith({
  spec: { rollout: { enforce: 'Skip' } },
  stages: [
    { name: 'batch', state: 'Open', namespaces: ['shop'], podSelector: { matchLabels: { app: 'batch' } } },
    { name: 'rest', state: 'Closed', namespaces: ['shop'] },
  ],
});
const labelled = (labels: Json): PodJson => podWith({ metadata: { labels } });
const web = (more: Json): Json => ({ containers: [{ name: 'web', image: 'web', ...more }] });
const beside = (container: Json): Json => ({ containers: [{ name: 'web', image: 'web' }, container] });
const restricted = { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' };
const whole = patched(askingPod(), admitted(askingPod()));

const MANY = Array.from({ length: 64 }, (_, index) => `a-service-with-a-long-name-${index}`);

const ROWS: Row[] = [
  ['opted-in', 'by annotation', askingPod(), {}, { rule: '/spec/optIn/podKey' }],
  ['opted-in', 'by label', labelled({ [MARK]: 'true' }), {}, {}],
  ['opted-in', 'although neverInject matches', labelled({ [MARK]: 'true', legacy: '' }), { policy: SELECTORS }, {}],
  [
    'always-selector',
    'silent, and selected',
    labelled({ tier: 'edge' }),
    { policy: SELECTORS },
    { rule: '/spec/alwaysInject/0' },
  ],
  [
    'auto-inject',
    'silent',
    podWith(),
    { policy: policyWith({ optIn: { autoInject: 'enabled' } }) },
    { rule: '/spec/optIn/autoInject' },
  ],

  ['mirror-pod', 'of a static pod', askingPod({ 'kubernetes.io/config.mirror': '' }), {}, { also: ['opted-in'] }],
  ['windows-pod', 'by its own word', askingPod({}, { os: { name: 'windows' } }), {}, {}],
  [
    'windows-pod',
    'by the nodes it selects',
    askingPod({}, { nodeSelector: { 'kubernetes.io/os': 'windows' } }),
    {},
    {},
  ],
  ['host-network', 'of its node', askingPod({}, { hostNetwork: true }), {}, { also: ['opted-in'] }],
  [
    'namespace-protected',
    'by the list',
    askingPod(),
    { namespace: 'kube-system' },
    { rule: '/spec/protectedNamespaces' },
  ],
  ['namespace-protected', 'as Pillion’s own', askingPod(), { namespace: 'pillion-system' }, {}],
  [
    'namespace-not-enabled',
    'without labels',
    askingPod(),
    { namespaceLabels: {} },
    { rule: '/spec/optIn/namespaceLabel' },
  ],
  ['namespace-disabled', 'by its label', askingPod(), { namespaceLabels: { 'istio-injection': 'disabled' } }, {}],
  ['namespace-label-invalid', 'by its label', askingPod(), { namespaceLabels: { 'istio-injection': 'on' } }, {}],
  [
    'other-revision',
    'of its namespace',
    askingPod(),
    { namespaceLabels: { 'istio.io/rev': '1-9' } },
    { rule: '/spec/optIn/revision' },
  ],
  ['already-injected', 'by us', whole, { hook: 'warn' }, { also: ['opted-in'] }],
  [
    'excluded',
    'by its labels and those of its namespace, although it asks',
    podWith({ metadata: { labels: { [MARK]: 'true', legacy: '' } } }),
    { policy: EXCEPTIONS, namespaceLabels: { 'istio-injection': 'enabled', team: 'billing' } },
    { rule: '/spec/exclusions/1', also: ['opted-in'] },
  ],
  [
    'opted-in',
    'as its exclusion has ended',
    podWith({ metadata: { labels: { [MARK]: 'true', ended: '' } } }),
    { policy: EXCEPTIONS },
    {},
  ],
  [
    'stage-not-open',
    'of its stage, although another of its namespace is open',
    askingPod(),
    { policy: HELD },
    { rule: '/spec/rollout/enforce', also: ['opted-in'] },
  ],
  ['opted-in', 'as its stage is open', labelled({ [MARK]: 'true', app: 'batch' }), { policy: HELD }, {}],
  ['opted-out', 'whatever its stage', askingPod({ [MARK]: 'false' }), { policy: HELD }, {}],
  ['other-injector', 'linkerd', askingPod({}, beside({ name: 'linkerd-proxy', image: 'l' })), {}, {}],
  ['other-injector', 'kuma', askingPod({}, beside({ name: 'kuma-sidecar', image: 'k' })), {}, {}],
  [
    'other-injector',
    'Istio’s own',
    askingPod({ 'sidecar.istio.io/status': '{}' }, beside({ name: 'istio-proxy', image: 'proxyv2' })),
    {},
    {},
  ],
  [
    'opted-out',
    'by annotation',
    podWith({ metadata: { annotations: { [MARK]: 'false' } } }),
    {},
    { rule: '/spec/optIn/podKey' },
  ],
  [
    'never-selector',
    'and alwaysInject',
    labelled({ tier: 'cache' }),
    { policy: SELECTORS },
    { rule: '/spec/neverInject/0' },
  ],
  ['never-selector', 'the second', labelled({ legacy: '' }), { policy: SELECTORS }, { rule: '/spec/neverInject/1' }],
  ['not-opted-in', 'silent', podWith(), {}, { rule: '/spec/optIn/autoInject' }],
  [
    'sidecar-changed-afterwards',
    'with a field more in its containers',
    {
      ...whole,
      spec: { ...whole.spec, initContainers: whole.spec.initContainers?.map((part) => ({ ...part, tty: true })) ?? [] },
    },
    { hook: 'warn' },
    { also: ['opted-in'] },
  ],
  ['hook-not-called', 'seen at the end without a sidecar', askingPod(), { hook: 'warn' }, { also: ['opted-in'] }],

  [
    'invalid-annotation',
    'two of them',
    askingPod({ 'sidecar.istio.io/proxyCPU': 'lots', 'sidecar.istio.io/logLevel': 'loud' }),
    {},
    {
      at: ['/metadata/annotations/sidecar.istio.io~1proxyCPU', '/metadata/annotations/sidecar.istio.io~1logLevel'],
      also: ['opted-in'],
    },
  ],
  [
    'override-forbidden',
    'a field',
    askingPod({}, beside({ name: 'istio-proxy', image: 'auto', env: [], lifecycle: {} })),
    {},
    { at: ['/spec/containers/1/env', '/spec/containers/1/lifecycle'] },
  ],
  [
    'override-forbidden',
    'a mount of its own beside the token',
    askingPod(
      {},
      beside({
        name: 'istio-proxy',
        volumeMounts: [
          { name: 'kube-api-access-x7k2p', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
          { name: 'data', mountPath: '/etc/pillion/envoy' },
        ],
      }),
    ),
    {},
    { at: ['/spec/containers/1/volumeMounts'] },
  ],
  [
    'rendered-pod-invalid',
    'no container but an override',
    askingPod({}, { containers: [{ name: 'istio-proxy', image: 'auto' }] }),
    {},
    { at: ['/spec/containers'] },
  ],
  ['override-out-of-bounds', 'request above limit', askingPod({ 'sidecar.istio.io/proxyCPU': '3' }), {}, { at: [''] }],
  [
    'uid-conflict',
    'of a container',
    askingPod({}, web({ securityContext: { runAsUser: 1337 } })),
    {},
    { at: ['/spec/containers/0/securityContext/runAsUser'] },
  ],
  ['uid-conflict', 'of the pod', askingPod({}, { securityContext: { runAsUser: 1337 } }), {}, {}],
  [
    'opted-in',
    'with the sidecar’s uid, where nothing is captured',
    askingPod({}, { securityContext: { runAsUser: 1337 } }),
    { policy: NO_CAPTURE },
    {},
  ],
  [
    'port-conflict',
    'TCP',
    askingPod({}, web({ ports: [{ containerPort: 80 }, { containerPort: 15006 }] })),
    {},
    { at: ['/spec/containers/0/ports/1/containerPort'] },
  ],
  [
    'opted-in',
    'with the same port in UDP',
    askingPod({}, web({ ports: [{ containerPort: 15006, protocol: 'UDP' }] })),
    {},
    {},
  ],
  [
    'sidecar-impersonation',
    'of the proxy',
    askingPod({}, beside({ name: 'istio-proxy', image: 'mine' })),
    {},
    { at: ['/spec/containers/1/name'] },
  ],
  [
    'sidecar-impersonation',
    'of the redirect',
    askingPod({}, { initContainers: [{ name: 'istio-init', image: 'mine' }] }),
    {},
    { at: ['/spec/initContainers/0/name'] },
  ],
  ['pod-security-forbids', 'restricted', askingPod(), { namespaceLabels: restricted }, { rule: '/spec/profiles' }],
  [
    'opted-in',
    'under restricted without a redirect',
    askingPod(),
    { namespaceLabels: restricted, policy: NO_CAPTURE },
    {},
  ],
  ['job-needs-native-sidecar', 'a Job', ownedBy('Job', 'import', askingPod()), { policy: CLASSIC }, {}],
  ['job-needs-native-sidecar', 'a CronJob', ownedBy('Job', 'night-28000000', askingPod()), { policy: CLASSIC }, {}],
  ['opted-in', 'a Job in Native order', ownedBy('Job', 'import', askingPod()), {}, {}],
  [
    'rendered-pod-invalid',
    'one of our volume names',
    askingPod({}, { volumes: [{ name: 'pillion-envoy-run' }] }),
    {},
    { at: ['/spec/volumes/0/name'] },
  ],
  [
    'rendered-pod-invalid',
    'containers that mount volumes of the sidecar',
    askingPod(
      {},
      {
        initContainers: [{ name: 'early', volumeMounts: [{ name: 'pillion-envoy-config', mountPath: '/x' }] }],
        containers: [
          {
            name: 'web',
            volumeMounts: [
              { name: 'own', mountPath: '/own' },
              { name: 'pillion-envoy-run', mountPath: '/x' },
            ],
          },
        ],
        volumes: [{ name: 'own' }],
      },
    ),
    {},
    { at: ['/spec/initContainers/0/volumeMounts/0/name', '/spec/containers/0/volumeMounts/1/name'] },
  ],
  [
    'rendered-pod-invalid',
    'more annotations than fit',
    askingPod({ note: 'x'.repeat(261_000) }),
    {},
    { at: ['/metadata/annotations'] },
  ],
  ['rendered-pod-invalid', 'without containers', podWith({ spec: { containers: [] } }), {}, {}],
  [
    'probe-not-rewritable',
    'of a port that is not declared',
    askingPod(
      {},
      { containers: [{ name: 'web', image: 'web', livenessProbe: { httpGet: { port: 'admin', path: '/' } } }] },
    ),
    { policy: policyWith({ spec: { profiles: [{ name: 'istio' }] } }) },
    { at: ['/spec/containers/0/livenessProbe'] },
  ],
  [
    'rendered-config-too-large',
    'by what the Services that it calls say',
    askingPod({ 'pillion.io/depends-on': MANY.join() }),
    {
      policy: policyWith({ profile: { features: ['Resilience'] } }),
      services: servicesOf(Object.fromEntries(MANY.map((name) => [name, {}]))),
    },
    { at: ['/metadata/annotations/pillion.io~1envoy-config'] },
  ],
];

test.each(ROWS)('%s: %s', (reason, _, pod, circumstances, { rule, at, also }) => {
  const { record, verdict, review } = admitted(pod, circumstances);
  expect([record?.reason, record?.verdict]).toEqual([reason, REASONS.get(reason)?.verdict]);
  if (rule !== undefined) expect(record?.rule).toBe(rule);
  if (at !== undefined) expect(record?.problems.map(({ path }) => path)).toEqual(at);
  if (also !== undefined) expect(record?.also).toEqual(also);
  if (verdict !== 'deny') return;
  const { allowed, status } = review.response;
  expect([allowed, status?.code]).toEqual([false, 403]);
  for (const part of [reason, REASONS.get(reason)?.sentence, REASONS.get(reason)?.hint, record?.recordId])
    expect(status?.message).toContain(part);
  for (const { message } of record?.problems ?? []) expect(status?.message).toContain(message);
});

/** Reasons that no pod comes to: a body that leads to each. */
const OTHER_BODIES: Record<string, () => Admission> = {
  'not-a-pod-creation': () => answer({ ...reviewOf(askingPod()), request: { ...review(), operation: 'UPDATE' } }),
  'namespace-unknown': () =>
    admit(
      reviewOf(askingPod()),
      { policy: BUILT_IN, namespaces: new Map() },
      { hook: 'inject', now: NOW, caller: 'Unauthenticated' },
    ),
  'review-unsupported': () => answer({ ...reviewOf(askingPod()), apiVersion: 'admission.k8s.io/v1beta1' }),
};
const review = (): object => reviewOf(askingPod()).request as object;

test.each(Object.entries(OTHER_BODIES))('%s', (reason, reach) => {
  expect(reach()).toMatchObject({ kind: 'answered', reason });
});

/** Reasons that only the server comes to; test/https reaches them. */
const OF_THE_SERVER: readonly Reason[] = ['internal-error', 'deadline-exceeded'];

/** Reasons of namespaces; the tests of test/unit/namespaces reach them. */
const OF_NAMESPACES = [...Object.keys(NAMESPACE_ALLOW_REASONS), ...Object.keys(NAMESPACE_DENY_REASONS)];

/** Reasons of our own objects; test/unit/admission/policy-objects.test.ts reaches them. */
const OF_POLICIES = [...Object.keys(POLICY_ALLOW_REASONS), ...Object.keys(POLICY_DENY_REASONS)];

/** Reasons of Services; test/unit/admission/services.test.ts reaches them. */
const OF_SERVICES = [...Object.keys(SERVICE_ALLOW_REASONS), ...Object.keys(SERVICE_DENY_REASONS)];

test('every reason of the catalogue is reached by a row above', () => {
  const reached = new Set<string>([
    ...ROWS.map(([reason]) => reason),
    ...Object.keys(OTHER_BODIES),
    ...OF_THE_SERVER,
    ...OF_NAMESPACES,
    ...OF_POLICIES,
    ...OF_SERVICES,
  ]);
  expect([...REASONS.keys()].filter((reason) => !reached.has(reason))).toEqual([]);
});

test('the first finding is the reason, the others are told beside it', () => {
  const pod = askingPod({ 'sidecar.istio.io/proxyCPU': 'lots' }, { hostNetwork: true, os: { name: 'windows' } });
  const { record } = admitted(pod, { namespace: 'kube-system', namespaceLabels: {} });
  expect(record).toMatchObject({
    reason: 'windows-pod',
    also: ['host-network', 'namespace-protected', 'namespace-not-enabled', 'opted-in'],
    problems: [],
  });
});

test('a refusal names everything that is wrong, in the order of the checks', () => {
  const pod = askingPod(
    { 'sidecar.istio.io/proxyCPU': 'lots' },
    { ...web({ ports: [{ containerPort: 15001 }], securityContext: { runAsUser: 1337 } }) },
  );
  expect(admitted(pod).record).toMatchObject({
    reason: 'invalid-annotation',
    also: ['uid-conflict', 'port-conflict', 'opted-in'],
    problems: [{}, {}, {}],
  });
});

test('an amount that a LimitRange puts into every container is not held against the author', () => {
  const override = { name: 'istio-proxy', resources: { limits: { 'ephemeral-storage': '1Gi' } } };
  expect(admitted(askingPod({}, beside(override)))).toMatchObject({ verdict: 'inject', reason: 'opted-in' });
});
