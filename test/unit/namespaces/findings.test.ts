import { expect, test } from '@jest/globals';
import type { InjectionPolicy } from '../../../src/core/api/injection-policy.ts';
import type { HintCode } from '../../../src/core/decision/hints.ts';
import { NAMESPACE_DENY_REASONS, type NamespaceDenyReason } from '../../../src/core/decision/namespace-reasons.ts';
import { type Change, changed, namespace } from '../../core-fixtures/namespace-changes.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

type Rules = InjectionPolicy['spec']['namespaces'];
type Action = Rules['invalidLabel'];

const KEY = 'istio-injection';
const REVISION = 'istio.io/rev';
const PLAIN = namespace();
const OPEN = namespace({ [KEY]: 'enabled' });
const CLOSED = namespace({ [KEY]: 'disabled' });
const TYPO = namespace({ [KEY]: 'enalbed' });
const PODS = { namespace: 'shop', count: 3, more: false };

interface Kind {
  readonly reason: NamespaceDenyReason;
  readonly hint: HintCode;
  readonly rule: string;
  /** The rules of the policy when the finding has this action. */
  readonly rules: (action: Action) => Partial<Rules>;
  readonly changes: readonly (readonly [what: string, change: Change, text: string])[];
}

const mayLabel = (others: Action): Rules['mayLabel'] => ({ groups: ['mesh-admins', 'sre'], others });

const KINDS: readonly Kind[] = [
  {
    reason: 'label-value-invalid',
    hint: 'namespace-label-value-invalid',
    rule: '/spec/namespaces/invalidLabel',
    rules: (invalidLabel) => ({ invalidLabel }),
    changes: [
      [
        'a swap',
        { from: PLAIN, to: TYPO },
        'istio-injection is "enalbed", which means nothing; probably "enabled" was meant',
      ],
      ['in a new namespace', { to: TYPO }, 'probably "enabled" was meant'],
      ['from a good value', { from: OPEN, to: TYPO }, 'probably "enabled" was meant'],
      ['a word for yes', { to: namespace({ [KEY]: 'true' }) }, 'probably "enabled" was meant'],
      ['another word for yes', { to: namespace({ [KEY]: 'On' }) }, 'probably "enabled" was meant'],
      ['a word for no', { to: namespace({ [KEY]: 'false' }) }, 'probably "disabled" was meant'],
      ['a capital', { to: namespace({ [KEY]: 'Enabled' }) }, 'probably "enabled" was meant'],
      ['nothing alike', { to: namespace({ [KEY]: 'canary' }) }, 'only "enabled" and "disabled" count'],
      ['the empty value', { to: namespace({ [KEY]: '' }) }, 'only "enabled" and "disabled" count'],
    ],
  },
  {
    reason: 'labels-conflict',
    hint: 'namespace-labels-conflict',
    rule: '/spec/namespaces/conflict',
    rules: (conflict) => ({ conflict }),
    changes: [
      [
        'enabled, and another revision',
        { from: OPEN, to: namespace({ [KEY]: 'enabled', [REVISION]: 'canary' }) },
        'istio-injection is "enabled" and istio.io/rev is "canary", where this mesh is "default"; istio-injection counts',
      ],
      [
        'disabled, and our revision',
        { from: namespace({ [REVISION]: 'default' }), to: namespace({ [KEY]: 'disabled', [REVISION]: 'default' }) },
        'istio-injection is "disabled" and istio.io/rev is "default"',
      ],
      [
        'from one conflict to another',
        {
          from: namespace({ [KEY]: 'enabled', [REVISION]: 'canary' }),
          to: namespace({ [KEY]: 'enabled', [REVISION]: 'beta' }),
        },
        'istio.io/rev is "beta"',
      ],
    ],
  },
  {
    reason: 'namespace-is-protected',
    hint: 'namespace-protected-labelled',
    rule: '/spec/namespaces/protected',
    rules: (action) => ({ protected: action }),
    changes: [
      [
        'a system namespace by label',
        {
          from: namespace({}, {}, { name: 'kube-system' }),
          to: namespace({ [KEY]: 'enabled' }, {}, { name: 'kube-system' }),
        },
        'namespace kube-system is protected',
      ],
      [
        'our own by revision',
        { to: namespace({ [REVISION]: 'default' }, {}, { name: 'pillion-system' }) },
        'namespace pillion-system is protected',
      ],
    ],
  },
  {
    reason: 'may-not-label',
    hint: 'namespace-labelled-by-others',
    rule: '/spec/namespaces/mayLabel/others',
    rules: (others) => ({ mayLabel: mayLabel(others) }),
    changes: [
      [
        'opening',
        { from: PLAIN, to: OPEN },
        '"alice" is in none of the groups that may change the opt-in: "mesh-admins", "sre"',
      ],
      ['creating an open one', { to: OPEN }, '"alice" is in none'],
      ['closing', { from: OPEN, to: CLOSED }, '"alice" is in none'],
      ['a label without an effect', { from: PLAIN, to: CLOSED }, '"alice" is in none'],
      ['taking such a label away', { from: CLOSED, to: PLAIN }, '"alice" is in none'],
      [
        'the revision beside the label',
        { from: OPEN, to: namespace({ [KEY]: 'enabled', [REVISION]: 'default' }) },
        '"alice" is in none',
      ],
    ],
  },
  {
    reason: 'removal-while-injected',
    hint: 'namespace-closed-while-injected',
    rule: '/spec/namespaces/removalWhileInjected',
    rules: (removalWhileInjected) => ({ removalWhileInjected }),
    changes: [
      [
        'the label removed',
        { from: OPEN, to: PLAIN, injectedPods: PODS },
        '3 pods with a sidecar run in namespace shop',
      ],
      [
        'the label changed',
        { from: OPEN, to: CLOSED, injectedPods: { ...PODS, count: 1 } },
        '1 pod with a sidecar runs in namespace shop; it keeps its sidecar',
      ],
      [
        'the revision removed',
        { from: namespace({ [REVISION]: 'default' }), to: PLAIN, injectedPods: { ...PODS, more: true } },
        'at least 3 pods with a sidecar run',
      ],
    ],
  },
];

const ROWS = KINDS.flatMap(({ changes, ...kind }) =>
  changes.map(([what, change, text]) => [kind.reason, what, change, text, kind] as const),
);

test('every reason to refuse a change is a kind above', () => {
  expect(KINDS.map(({ reason }) => reason).sort()).toEqual(Object.keys(NAMESPACE_DENY_REASONS).sort());
});

const under = (kind: Omit<Kind, 'changes'>, action: Action) =>
  policyWith({ spec: { namespaces: { ...QUIET, ...kind.rules(action) } } });

/** Everything that is not looked at is noted only, so that each row shows what its own rule does. */
const QUIET: Rules = {
  invalidLabel: 'Audit',
  conflict: 'Audit',
  protected: 'Audit',
  removalWhileInjected: 'Audit',
  mayLabel: { groups: [], others: 'Audit' },
};

test.each(ROWS)('%s: %s is refused where the policy says Deny', (reason, _, change, text, kind) => {
  const { review, record } = changed({ ...change, policy: under(kind, 'Deny') });
  const { allowed, status, patch, warnings } = review.response;
  expect([allowed, status?.code, patch, warnings]).toEqual([false, 403, undefined, undefined]);
  expect(status?.message).toMatch(new RegExp(`^${reason}: `));
  expect(status?.message).toContain(text);
  expect(status?.message).toContain(`${NAMESPACE_DENY_REASONS[reason].hint} (record ${record.recordId})`);
  expect(record).toMatchObject({ hook: 'namespaces', verdict: 'deny', reason, rule: kind.rule });
  expect(record.problems).toEqual([expect.objectContaining({ message: expect.stringContaining(text) })]);
});

test.each(ROWS)('%s: %s passes with a warning where the policy says Warn', (_reason, _, change, text, kind) => {
  const { review, record } = changed({ ...change, policy: under(kind, 'Warn') });
  expect(review.response.allowed).toBe(true);
  expect(review.response.warnings).toEqual([expect.stringContaining(text.slice(0, 200))]);
  expect(record).toMatchObject({ verdict: 'allow', problems: [] });
  expect(record.hints).toEqual([{ code: kind.hint, message: expect.stringContaining(text) }]);
});

test.each(ROWS)('%s: %s passes with a note where the policy says Audit', (_reason, _, change, text, kind) => {
  const { review, record } = changed({ ...change, policy: under(kind, 'Audit') });
  expect([review.response.allowed, review.response.warnings]).toEqual([true, undefined]);
  expect(record.hints).toEqual([{ code: kind.hint, message: expect.stringContaining(text), auditOnly: true }]);
});

const STRICT: Rules = {
  invalidLabel: 'Deny',
  conflict: 'Deny',
  protected: 'Deny',
  removalWhileInjected: 'Deny',
  mayLabel: mayLabel('Deny'),
};
const SYSTEM_OPEN: Json = namespace({ [KEY]: 'enabled' }, {}, { name: 'kube-system' });

test.each<[string, Change]>([
  ['an open namespace by somebody who may', { from: PLAIN, to: OPEN, groups: ['developers', 'sre'] }],
  ['a namespace without labels, by anybody', { to: PLAIN }],
  [
    'an edit of a namespace that has a wrong value already',
    { from: TYPO, to: namespace({ [KEY]: 'enalbed', team: 'a' }) },
  ],
  [
    'an edit of a namespace in conflict',
    {
      from: namespace({ [KEY]: 'enabled', [REVISION]: 'canary' }),
      to: namespace({ [KEY]: 'enabled', [REVISION]: 'canary', team: 'a' }),
    },
  ],
  ['an edit of a protected namespace that is labelled', { from: SYSTEM_OPEN, to: { ...SYSTEM_OPEN, spec: {} } }],
  [
    'a protected namespace that opts out',
    { to: namespace({ [KEY]: 'disabled' }, {}, { name: 'kube-system' }), groups: ['sre'] },
  ],
  ['both labels in agreement', { to: namespace({ [KEY]: 'enabled', [REVISION]: 'default' }), groups: ['sre'] }],
  ['both labels in agreement to stay out', { to: namespace({ [KEY]: 'disabled', [REVISION]: 'x' }), groups: ['sre'] }],
  ['closing when no injected pod runs', { from: OPEN, to: PLAIN, groups: ['sre'] }],
  [
    'the label replaced by the revision that means the same',
    { from: OPEN, to: namespace({ [REVISION]: 'default' }), groups: ['sre'], injectedPods: PODS },
  ],
])('under the strictest policy, %s passes without a word', (_, change) => {
  const { review, record } = changed({ ...change, policy: policyWith({ spec: { namespaces: STRICT } }) });
  expect([review.response.allowed, review.response.warnings, record.hints]).toEqual([true, undefined, []]);
});

test('nothing is refused while a namespace is being deleted, and only the stored object says so', () => {
  const policy = policyWith({ spec: { namespaces: STRICT } });
  const dying = { deletionTimestamp: '2026-11-03T09:59:00Z' };
  const from = namespace({ [KEY]: 'enabled' }, {}, dying);
  const leaving = changed({ from, to: namespace({ [KEY]: 'enalbed' }, {}, dying), policy, injectedPods: PODS });
  expect(leaving.record).toMatchObject({ verdict: 'allow', reason: 'namespace-under-deletion', hints: [] });
  // the API server refuses or drops such a field from a caller, so it must not open a way past the policy
  const claims = changed({ from: PLAIN, to: namespace({ [KEY]: 'enabled' }, {}, dying), policy });
  expect(claims.record).toMatchObject({ verdict: 'deny', reason: 'may-not-label' });
  const born = changed({ to: namespace({ [KEY]: 'enabled' }, {}, dying), policy });
  expect(born.record).toMatchObject({ verdict: 'deny', reason: 'may-not-label' });
});

test('several findings are told together: the first refusal is the reason, what is let pass is a hint', () => {
  const policy = policyWith({ spec: { namespaces: { ...STRICT, conflict: 'Warn' } } });
  const to = namespace({ [KEY]: 'enabled', [REVISION]: 'canary' }, {}, { name: 'kube-system' });
  const { record, review } = changed({ to, policy });
  expect(record).toMatchObject({ reason: 'may-not-label', also: ['namespace-is-protected'] });
  expect(record.hints.map(({ code }) => code)).toEqual(['namespace-labels-conflict']);
  expect(review.response.status?.message).toContain('"alice" is in none');
  expect(review.response.status?.message).toContain('namespace kube-system is protected');
});

test.each<[Action, boolean]>([
  ['Deny', false],
  ['Warn', false],
  ['Audit', true],
])('under %s, a namespace whose pods could not be counted is closed all the same', (action, quiet) => {
  const policy = policyWith({ spec: { namespaces: { ...QUIET, removalWhileInjected: action } } });
  const rows = [
    [null, 'could not be counted'],
    [{ ...PODS, namespace: 'another' }, 'could not be counted'],
    [{ ...PODS, count: 0, more: true }, 'has more pods than are counted; the first have no sidecar'],
  ] as const;
  for (const [injectedPods, text] of rows) {
    const { review, record } = changed({ from: OPEN, to: PLAIN, policy, injectedPods });
    expect(record).toMatchObject({ verdict: 'allow', reason: 'namespace-closed' });
    expect(record.hints.map(({ code, auditOnly = false }) => [code, auditOnly])).toEqual([
      ['namespace-pods-uncounted', quiet],
    ]);
    expect(review.response.warnings?.join() ?? '').toContain(quiet ? '' : text);
  }
});

test('a long list of groups is told in short', () => {
  const groups = Array.from({ length: 40 }, (_, index) => `team-${index}`);
  const policy = policyWith({ spec: { namespaces: { ...STRICT, mayLabel: { groups, others: 'Deny' } } } });
  const { review } = changed({ to: OPEN, policy });
  expect(review.response.status?.message).toContain('"team-4" and 35 more.');
});

test.each([
  [{ name: 'shop' }, 'kubectl label namespace shop istio-injection=enabled --overwrite'],
  [{ name: null, generateName: 'tmp-' }, 'kubectl label namespace NAME istio-injection=enabled --overwrite'],
])('the command that mends a label names the namespace, where it has a name: %j', (metadata, command) => {
  const policy = policyWith({ spec: { namespaces: { ...QUIET, invalidLabel: 'Warn' } } });
  const { review } = changed({ to: namespace({ [KEY]: 'enalbed' }, {}, metadata), policy });
  expect(review.response.warnings).toEqual([expect.stringContaining(command)]);
});
