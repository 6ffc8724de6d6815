import { expect, test } from '@jest/globals';
import { admitted } from '../../core-fixtures/admissions.ts';
import { MARK, podWith } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';

const AUTO = policyWith({ optIn: { autoInject: 'enabled' } });
const ENABLED = { 'istio-injection': 'enabled' };

// what an author writes: label, annotation; undefined where there is none
test.each([
  [ENABLED, undefined, undefined, 'not-opted-in', 'auto-inject'],
  [ENABLED, undefined, 'true', 'opted-in', 'opted-in'],
  [ENABLED, undefined, 'false', 'opted-out', 'opted-out'],
  [ENABLED, undefined, 'True', 'not-opted-in', 'auto-inject'],
  [ENABLED, undefined, ' true', 'not-opted-in', 'auto-inject'],
  [ENABLED, 'true', undefined, 'opted-in', 'opted-in'],
  [ENABLED, 'true', 'false', 'opted-in', 'opted-in'],
  [ENABLED, 'false', 'true', 'opted-out', 'opted-out'],
  [ENABLED, '', 'true', 'not-opted-in', 'auto-inject'],
  [{}, 'true', undefined, 'namespace-not-enabled', 'namespace-not-enabled'],
  [{}, undefined, 'true', 'namespace-not-enabled', 'namespace-not-enabled'],
  [{ 'istio-injection': 'disabled' }, 'true', undefined, 'namespace-disabled', 'namespace-disabled'],
  [{ 'istio-injection': 'Enabled' }, 'true', undefined, 'namespace-label-invalid', 'namespace-label-invalid'],
  [{ 'istio-injection': '' }, 'true', undefined, 'namespace-label-invalid', 'namespace-label-invalid'],
  [{ 'istio.io/rev': 'default' }, 'true', undefined, 'opted-in', 'opted-in'],
  [{ 'istio.io/rev': 'other' }, 'true', undefined, 'other-revision', 'other-revision'],
  [{ ...ENABLED, 'istio.io/rev': 'other' }, 'true', undefined, 'opted-in', 'opted-in'],
  [
    { 'istio-injection': 'disabled', 'istio.io/rev': 'default' },
    'true',
    undefined,
    'namespace-disabled',
    'namespace-disabled',
  ],
])(
  'namespace %j, label %s, annotation %s: %s, under autoInject %s',
  (namespaceLabels, label, annotation, ...reasons) => {
    const map = (value: string | undefined) => (value === undefined ? {} : { [MARK]: value });
    const pod = podWith({ metadata: { labels: map(label), annotations: map(annotation) } });
    const decided = [BUILT_IN, AUTO].map((policy) => admitted(pod, { policy, namespaceLabels }).reason);
    expect(decided).toEqual(reasons);
  },
);

test('the pod’s own revision label is not read: only the namespace counts', () => {
  const pod = podWith({ metadata: { labels: { [MARK]: 'true', 'istio.io/rev': 'other' } } });
  expect(admitted(pod).reason).toBe('opted-in');
  expect(admitted(pod, { namespaceLabels: {} }).reason).toBe('namespace-not-enabled');
});

test('every name of the opt-in rule is the policy’s to choose', () => {
  const policy = policyWith({
    optIn: {
      namespaceLabel: { key: 'mesh.example/sidecar', enabled: 'on', disabled: 'off' },
      podKey: 'mesh.example/inject',
      revision: '1-22',
    },
  });
  const pod = podWith({ metadata: { annotations: { 'mesh.example/inject': 'true' } } });
  const reasonIn = (namespaceLabels: Record<string, string>) => admitted(pod, { policy, namespaceLabels }).reason;
  expect(reasonIn({ 'mesh.example/sidecar': 'on' })).toBe('opted-in');
  expect(reasonIn({ 'mesh.example/sidecar': 'off' })).toBe('namespace-disabled');
  expect(reasonIn({ 'istio.io/rev': '1-22' })).toBe('opted-in');
  expect(reasonIn({ 'istio-injection': 'enabled' })).toBe('namespace-not-enabled');
});
