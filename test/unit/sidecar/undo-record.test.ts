import { expect, test } from '@jest/globals';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, MARK, type PodJson, podWith } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const STATUS = 'pillion.io/status';
const DEFAULTS = ['kubectl.kubernetes.io/default-container', 'kubectl.kubernetes.io/default-logs-container'];
const OURS = ['pillion.io/envoy-config', STATUS];

const statusOf = (pod: PodJson): Json & { injected: Json } => JSON.parse(pod.metadata.annotations?.[STATUS] ?? '');
const injectedFrom = (pod: PodJson, uid = 'first', policy = policyWith()): PodJson =>
  patched(pod, admitted(pod, { uid, policy }));
const labelled = (metadata: Json, spec: Json = {}): PodJson =>
  podWith({ metadata: { labels: { [MARK]: 'true' }, ...metadata }, spec });

test.each<[string, PodJson, readonly string[], readonly string[]]>([
  [
    'nothing there',
    labelled({}),
    ['/metadata/annotations', '/spec/initContainers', '/spec/volumes'],
    [...DEFAULTS, ...OURS],
  ],
  [
    'null is as good as nothing',
    labelled({ annotations: null }, { initContainers: null, volumes: null }),
    ['/metadata/annotations', '/spec/initContainers', '/spec/volumes'],
    [...DEFAULTS, ...OURS],
  ],
  ['empty ones', labelled({ annotations: {} }, { initContainers: [], volumes: [] }), [], [...DEFAULTS, ...OURS]],
  [
    'an opinion about the default container',
    askingPod({ [DEFAULTS[0] ?? '']: 'web' }),
    ['/spec/initContainers', '/spec/volumes'],
    [...DEFAULTS.slice(1), ...OURS],
  ],
])('the status says what was not there before: %s', (_, pod, created, annotations) => {
  const status = statusOf(injectedFrom(pod));
  expect(status.created).toEqual(created);
  expect(new Set(status.injected.annotations as string[])).toEqual(new Set(annotations));
});

test('without init containers of ours none were created', () => {
  const policy = policyWith({ profile: { order: 'Classic', capture: 'None' } });
  expect(statusOf(injectedFrom(labelled({}), 'first', policy)).created).toEqual([
    '/metadata/annotations',
    '/spec/volumes',
  ]);
});

const stripped = (pod: PodJson): PodJson => ({ ...pod, spec: { ...pod.spec, initContainers: [] } });

test('a second call that completes the pod keeps what the first one told', () => {
  const first = injectedFrom(
    labelled({}, { containers: [{ name: 'istio-proxy', image: 'auto', imagePullPolicy: 'Always' }, { name: 'web' }] }),
  );
  const second = injectedFrom(stripped(first), 'second');
  expect(second.spec.initContainers).toHaveLength(2);
  expect(statusOf(second)).toEqual(statusOf(first));
  expect(statusOf(second).overrides).toEqual([
    { at: '/spec/containers/0', name: 'istio-proxy', image: 'auto', imagePullPolicy: 'Always' },
  ]);
});

test('what is kept from an earlier status is only what an injection can have done', () => {
  const first = injectedFrom(askingPod({ [DEFAULTS[0] ?? '']: 'web' }));
  const { injected, ...status } = statusOf(first);
  const forged = JSON.stringify({
    ...status,
    injected: { ...injected, annotations: [MARK, 'team', 5] },
    created: ['/spec', '/spec/containers', 7],
    replaced: { '/spec/containers': '~', '/spec/volumes': '*x', '/metadata/annotations': 'a: b' },
  });
  const metadata = { ...first.metadata, annotations: { ...first.metadata.annotations, [STATUS]: forged } };
  const second = statusOf(injectedFrom(stripped({ ...first, metadata }), 'second'));
  expect([second.created, second.injected.annotations, second.replaced]).toEqual([[], [], undefined]);
});
