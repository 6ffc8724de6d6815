import { describe, expect, test } from '@jest/globals';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { admitted } from '../../core-fixtures/admissions.ts';
import { matchingHooks } from '../../core-fixtures/matching-hooks.ts';
import { type Json, MARK, podWith } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const POLICIES: Record<'enabled' | 'disabled', ActivePolicy> = {
  enabled: policyWith({ optIn: { rule: 'Istio', autoInject: 'enabled' } }),
  disabled: policyWith({ optIn: { rule: 'Istio', autoInject: 'disabled' } }),
};

/** Istio’s name of the hook that delivers the pod, and ours. A hook of ours is called only for pods that it may inject. */
const OURS = {
  namespace: 'inject.pillion.io',
  'rev.namespace': 'revision.inject.pillion.io',
  object: 'object.inject.pillion.io',
  'rev.object': 'revision.object.inject.pillion.io',
} as const;
type IstiosHook = keyof typeof OURS;

const NONE = {};
const ENABLED = { 'istio-injection': 'enabled' };
const OTHERS = ['yes', 'True', ''];

function expectCell(
  policy: ActivePolicy,
  hook: IstiosHook | undefined,
  cell: string | undefined,
  namespaceLabels: Record<string, string>,
  metadata: Json,
): void {
  const pod = podWith({ metadata });
  const { verdict } = admitted(pod, { policy, namespaceLabels });
  const { MutatingWebhookConfiguration: hooks } = matchingHooks(policy, pod, { name: 'shop', labels: namespaceLabels });
  const injected = cell === 'Y';
  const called = injected && hook !== undefined ? [OURS[hook]] : [];
  expect({ metadata, verdict, hooks }).toEqual({ metadata, verdict: injected ? 'inject' : 'skip', hooks: called });
}

// Y injected, n called by Istio and skipped, - never called; the four columns: annotation absent, "true", "false", other
describe('table 1.4 of the Istio reference', () => {
  type Row = [
    namespace: Record<string, string>,
    podLabel: string,
    hook: IstiosHook | undefined,
    enabled: string,
    disabled: string,
  ];
  const rows: Row[] = [
    [NONE, 'absent', undefined, '----', '----'],
    [NONE, 'true', 'object', 'YYYY', 'YYYY'],
    [NONE, 'false', undefined, '----', '----'],
    [NONE, 'other', undefined, '----', '----'],
    [ENABLED, 'absent', 'namespace', 'YYnY', 'nYnn'],
    [ENABLED, 'true', 'namespace', 'YYYY', 'YYYY'],
    [ENABLED, 'false', undefined, '----', '----'],
    [ENABLED, 'other', 'namespace', 'YYYY', 'nnnn'],
    ...['disabled', 'enalbed', ''].flatMap((value) =>
      ['absent', 'true', 'false', 'other'].map(
        (podLabel): Row => [{ 'istio-injection': value }, podLabel, undefined, '----', '----'],
      ),
    ),
    [{ 'istio.io/rev': 'default' }, 'absent', 'rev.namespace', 'YYnY', 'nYnn'],
    [{ 'istio.io/rev': 'default' }, 'true', 'rev.namespace', 'YYYY', 'YYYY'],
    [{ 'istio.io/rev': 'default' }, 'false', undefined, '----', '----'],
    [{ 'istio.io/rev': 'default' }, 'other', 'rev.namespace', 'YYYY', 'nnnn'],
    ...['absent', 'true', 'false', 'other'].map(
      (podLabel): Row => [{ 'istio.io/rev': 'other' }, podLabel, undefined, '----', '----'],
    ),
    [{ ...ENABLED, 'istio.io/rev': 'other' }, 'absent', 'namespace', 'YYnY', 'nYnn'],
    [{ ...ENABLED, 'istio.io/rev': 'other' }, 'true', 'namespace', 'YYYY', 'YYYY'],
    [{ ...ENABLED, 'istio.io/rev': 'other' }, 'false', undefined, '----', '----'],
    [{ ...ENABLED, 'istio.io/rev': 'other' }, 'other', 'namespace', 'YYYY', 'nnnn'],
  ];

  test.each(rows)('namespace %j, pod label %s: hook %s, enabled %s, disabled %s', (...row) => {
    const [namespace, podLabel, hook, enabled, disabled] = row;
    for (const [cells, policy] of [
      [enabled, POLICIES.enabled],
      [disabled, POLICIES.disabled],
    ] as const)
      for (const labels of marks(podLabel))
        ['absent', 'true', 'false', 'other'].forEach((annotation, column) => {
          for (const annotations of marks(annotation))
            expectCell(policy, hook, cells[column], namespace, { labels, annotations });
        });
  });
});

/** The label or annotation maps that a column stands for. */
const marks = (column: string): Record<string, string>[] =>
  column === 'absent' ? [{}] : (column === 'other' ? OTHERS : [column]).map((value) => ({ [MARK]: value }));

test.each<[Record<string, string>, Record<string, string>, IstiosHook | undefined, string, string]>([
  [NONE, { 'istio.io/rev': 'default' }, 'rev.object', 'Y', 'n'],
  [NONE, { 'istio.io/rev': 'default', [MARK]: 'true' }, 'rev.object', 'Y', 'Y'],
  [NONE, { 'istio.io/rev': 'default', [MARK]: 'false' }, undefined, '-', '-'],
  [NONE, { 'istio.io/rev': 'other' }, undefined, '-', '-'],
  [NONE, { 'istio.io/rev': 'other', [MARK]: 'true' }, undefined, '-', '-'],
  [ENABLED, { 'istio.io/rev': 'default' }, 'namespace', 'Y', 'n'],
  [ENABLED, { 'istio.io/rev': 'other' }, 'namespace', 'Y', 'n'],
  [ENABLED, { 'istio.io/rev': 'other', [MARK]: 'true' }, 'namespace', 'Y', 'Y'],
  [{ 'istio-injection': 'disabled' }, { 'istio.io/rev': 'default' }, undefined, '-', '-'],
  [{ 'istio-injection': 'disabled' }, { 'istio.io/rev': 'default', [MARK]: 'true' }, undefined, '-', '-'],
])('table 1.4, pod revision: namespace %j, pod labels %j: hook %s, enabled %s, disabled %s', (...row) => {
  const [namespace, labels, hook, enabled, disabled] = row;
  expectCell(POLICIES.enabled, hook, enabled, namespace, { labels });
  expectCell(POLICIES.disabled, hook, disabled, namespace, { labels });
});

test.each([
  ['hostNetwork', { hostNetwork: true }, 'shop'],
  ['a system namespace', {}, 'kube-system'],
])('any row of table 1.4: %s turns Y into n', (_, spec, namespace) => {
  for (const policy of Object.values(POLICIES)) {
    const pod = podWith({ metadata: { labels: { [MARK]: 'true' } }, spec });
    expect(admitted(pod, { policy, namespace }).verdict).toBe('skip');
    expect(matchingHooks(policy, pod, { name: namespace, labels: ENABLED }).MutatingWebhookConfiguration).toEqual([]);
  }
});
