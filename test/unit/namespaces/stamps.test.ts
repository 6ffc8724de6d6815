import { expect, test } from '@jest/globals';
import { injectedPodsToCount, namespaceToRead } from '../../../src/core/admission/admit.ts';
import type { Reason } from '../../../src/core/decision/reasons.ts';
import { operationsOf } from '../../core-fixtures/admissions.ts';
import {
  annotationsIn,
  type Change,
  changed,
  namespace,
  namespaceReview,
} from '../../core-fixtures/namespace-changes.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';

const KEY = 'istio-injection';
const OPEN = { [KEY]: 'enabled' };
const EARLIER: Json = { 'pillion.io/enabled-by': 'bob', 'pillion.io/enabled-at': '2026-10-01T08:00:00Z' };
const CLOSED_EARLIER: Json = { 'pillion.io/disabled-by': 'bob', 'pillion.io/disabled-at': '2026-10-01T08:00:00Z' };
const ENABLED: Json = { 'pillion.io/enabled-by': 'alice', 'pillion.io/enabled-at': '2026-11-03T10:00:00Z' };
const DISABLED: Json = { 'pillion.io/disabled-by': 'alice', 'pillion.io/disabled-at': '2026-11-03T10:00:00Z' };
const FORGED: Json = { 'pillion.io/enabled-by': 'mallory', 'pillion.io/enabled-at': '2020-01-01T00:00:00Z' };
const NOTE: Json = { note: 'kept' };

interface Expected {
  readonly reason: Reason;
  readonly annotations: Json;
  /** The stamps of which the caller is told that they were replaced. */
  readonly replaced?: readonly string[];
}

const opened = (annotations: Json): Expected => ({ reason: 'namespace-opened', annotations });
const closed = (annotations: Json): Expected => ({ reason: 'namespace-closed', annotations });
const kept = (annotations: Json): Expected => ({ reason: 'namespace-kept', annotations });

test.each<[string, Change, Expected]>([
  ['a namespace that is created open is stamped', { to: namespace(OPEN) }, opened(ENABLED)],
  ['one that is created closed is not', { to: namespace({ [KEY]: 'disabled' }) }, kept({})],
  ['a namespace that is opened is stamped', { from: namespace(), to: namespace(OPEN) }, opened(ENABLED)],
  [
    'and keeps its other annotations',
    { from: namespace({}, NOTE), to: namespace(OPEN, NOTE) },
    opened({ ...NOTE, ...ENABLED }),
  ],
  [
    'opened by the revision label',
    { from: namespace(), to: namespace({ 'istio.io/rev': 'default' }) },
    opened(ENABLED),
  ],
  [
    'opened again: the stamps of its closing go',
    { from: namespace({}, CLOSED_EARLIER), to: namespace(OPEN, CLOSED_EARLIER) },
    opened(ENABLED),
  ],
  [
    'closed: the stamps of its opening go',
    { from: namespace(OPEN, EARLIER), to: namespace({}, EARLIER) },
    closed(DISABLED),
  ],
  [
    'closed by another value',
    { from: namespace(OPEN, EARLIER), to: namespace({ [KEY]: 'disabled' }, EARLIER) },
    closed(DISABLED),
  ],
  [
    'an edit that has nothing to do with it leaves them',
    { from: namespace(OPEN, EARLIER), to: namespace({ ...OPEN, team: 'a' }, { ...EARLIER, ...NOTE }) },
    kept({ ...EARLIER, ...NOTE }),
  ],
  [
    'a replacement without them gets them back',
    { from: namespace(OPEN, { ...EARLIER, ...NOTE }), to: namespace(OPEN, NOTE) },
    kept({ ...EARLIER, ...NOTE }),
  ],
  [
    'a replacement without any annotation gets them back',
    { from: namespace(OPEN, EARLIER), to: namespace(OPEN) },
    kept(EARLIER),
  ],
  [
    'a namespace that was open before Pillion came stays without',
    { from: namespace(OPEN), to: namespace(OPEN, NOTE) },
    kept(NOTE),
  ],
  [
    'a forged stamp is taken back',
    { from: namespace(OPEN, EARLIER), to: namespace(OPEN, FORGED) },
    { ...kept(EARLIER), replaced: Object.keys(FORGED) },
  ],
  [
    'a forged stamp is removed where there was none',
    { from: namespace(), to: namespace({}, { ...NOTE, ...FORGED }) },
    { ...kept(NOTE), replaced: Object.keys(FORGED) },
  ],
  [
    'one that comes with a new namespace is overwritten',
    { to: namespace(OPEN, { ...FORGED, ...CLOSED_EARLIER }) },
    { ...opened(ENABLED), replaced: [...Object.keys(FORGED), ...Object.keys(CLOSED_EARLIER)] },
  ],
  ['or removed from a closed one', { to: namespace({}, FORGED) }, { ...kept({}), replaced: Object.keys(FORGED) }],
  [
    'one that is written while the namespace is opened is overwritten',
    { from: namespace(), to: namespace(OPEN, FORGED) },
    { ...opened(ENABLED), replaced: Object.keys(FORGED) },
  ],
  ['what would have been written anyway is no cause for a warning', { to: namespace(OPEN, ENABLED) }, opened(ENABLED)],
  [
    'the second call for one request finds the stamp of the first',
    { from: namespace(), to: namespace(OPEN, ENABLED), now: new Date('2026-11-03T10:00:04Z') },
    opened(ENABLED),
  ],
  [
    'a stamp of one’s own from yesterday is none of this request',
    { from: namespace(), to: namespace(OPEN, ENABLED), now: new Date('2026-11-04T10:00:04.678Z') },
    {
      ...opened({ ...ENABLED, 'pillion.io/enabled-at': '2026-11-04T10:00:04Z' }),
      replaced: ['pillion.io/enabled-at'],
    },
  ],
  [
    'a fresh stamp of somebody else is none of this request',
    {
      from: namespace(),
      to: namespace(OPEN, { ...ENABLED, 'pillion.io/enabled-by': 'bob' }),
      now: new Date('2026-11-03T10:00:04Z'),
    },
    {
      ...opened({ ...ENABLED, 'pillion.io/enabled-at': '2026-11-03T10:00:04Z' }),
      replaced: ['pillion.io/enabled-by', 'pillion.io/enabled-at'],
    },
  ],
  ['a dry run is answered alike', { to: namespace(OPEN), dryRun: true }, opened(ENABLED)],
])('%s', (_, change, { reason, annotations, replaced = [] }) => {
  const { stored, record, review } = changed(change);
  expect(annotationsIn(stored)).toEqual(annotations);
  expect(record).toMatchObject({ hook: 'namespaces', verdict: 'allow', reason, user: 'alice', namespace: 'shop' });
  expect(record).not.toHaveProperty('pod');
  expect(review.response.warnings ?? []).toEqual(
    replaced.map((key) => `pillion: the annotation ${key} is written by Pillion; your value was replaced`),
  );
  expect(record.hints.map(({ code }) => code)).toEqual(replaced.map(() => 'stamp-replaced'));
  const { metadata, ...rest } = change.to;
  expect(stored).toMatchObject({ ...rest, metadata: { labels: (metadata as Json).labels ?? {} } });
});

test('while a namespace is being deleted its stamps stay as they are, whatever its labels do', () => {
  const dying = { deletionTimestamp: '2026-11-03T09:59:00Z', finalizers: ['shop.example/keep'] };
  const from = namespace(OPEN, { ...EARLIER, ...NOTE }, dying);
  const to = namespace({}, NOTE, { ...dying, finalizers: [] });
  const { stored, record } = changed({ from, to });
  expect(annotationsIn(stored)).toEqual({ ...EARLIER, ...NOTE });
  expect(stored.metadata).toMatchObject({ finalizers: [], deletionTimestamp: dying.deletionTimestamp });
  expect(record).toMatchObject({ verdict: 'allow', reason: 'namespace-under-deletion', hints: [] });
});

test.each<[string, Json, unknown]>([
  ['no annotations', namespace(OPEN), [{ op: 'add', path: '/metadata/annotations', value: ENABLED }]],
  [
    'null for annotations',
    namespace(OPEN, {}, { annotations: null }),
    [{ op: 'add', path: '/metadata/annotations', value: ENABLED }],
  ],
  [
    'annotations with the name of a prototype',
    namespace(OPEN, JSON.parse('{"__proto__":"x","constructor":"y"}')),
    [
      { op: 'add', path: '/metadata/annotations/pillion.io~1enabled-by', value: 'alice' },
      { op: 'add', path: '/metadata/annotations/pillion.io~1enabled-at', value: '2026-11-03T10:00:00Z' },
    ],
  ],
  [
    'a stamp of before',
    namespace(OPEN, { 'pillion.io/enabled-by': 'alice', 'pillion.io/disabled-by': 'bob' }),
    [
      { op: 'add', path: '/metadata/annotations/pillion.io~1enabled-at', value: '2026-11-03T10:00:00Z' },
      { op: 'remove', path: '/metadata/annotations/pillion.io~1disabled-by' },
    ],
  ],
])('the patch of a namespace with %s has what is needed and no more', (_, to, operations) => {
  const { review, record } = changed({ from: namespace(), to });
  expect(operationsOf(review)).toEqual(operations);
  const text = Buffer.from(review.response.patch ?? '', 'base64');
  expect(record.patch).toEqual({
    digest: expect.any(String),
    bytes: text.length,
    operations: (operations as unknown[]).length,
  });
});

test('the record holds the labels before and after, and the audit annotations tell them', () => {
  const from = namespace({ [KEY]: 'enabled', 'pillion.io/tribe': 'payments', secret: 'hunter2' }, { note: 'hunter2' });
  const to = namespace({ 'istio.io/rev': 'canary', 'pillion.io/tribe': 'payments', secret: 'hunter2' });
  const { record, review } = changed({ from, to });
  expect(record).toMatchObject({ tribe: 'payments', operation: 'UPDATE' });
  expect(record.inputs).toEqual({
    namespaceLabels: { 'istio.io/rev': 'canary' },
    previousNamespaceLabels: { [KEY]: 'enabled' },
    podLabels: {},
    podAnnotations: {},
  });
  expect(review.response.auditAnnotations).toMatchObject({
    record: record.recordId,
    verdict: 'allow',
    reason: 'namespace-closed',
    inputs: JSON.stringify(record.inputs),
  });
  expect(JSON.stringify([record, review.response.auditAnnotations])).not.toContain('hunter2');
});

test.each<[string, Partial<Change>]>([
  ['a subresource', { subResource: 'status' }],
  ['a deletion', { operation: 'DELETE' }],
])('%s is no change that is answered for', (_, more) => {
  const { record, review } = changed({ from: namespace(), to: namespace(OPEN), ...more });
  expect(record).toMatchObject({ verdict: 'allow', reason: 'not-a-namespace-change' });
  expect([review.response.allowed, review.response.patch]).toEqual([true, undefined]);
});

test.each<[string, Change, string | undefined]>([
  ['taken away', { from: namespace(OPEN), to: namespace() }, 'shop'],
  ['given', { from: namespace(), to: namespace(OPEN) }, undefined],
  ['kept', { from: namespace(OPEN), to: namespace({ ...OPEN, team: 'a' }) }, undefined],
  ['kept in another way', { from: namespace(OPEN), to: namespace({ 'istio.io/rev': 'default' }) }, undefined],
  [
    'taken away from what is being deleted',
    { from: namespace(OPEN, {}, { deletionTimestamp: '2026-11-03T09:59:00Z' }), to: namespace() },
    undefined,
  ],
])('where the opt-in is %s, the pods to count are those of %s', (_, change, expected) => {
  const snapshot = { policy: BUILT_IN, namespaces: new Map() };
  const body = namespaceReview(change);
  expect(injectedPodsToCount(body, snapshot, 'namespaces')).toBe(expected);
  expect(injectedPodsToCount(body, snapshot, 'inject')).toBeUndefined();
  expect(namespaceToRead(body, snapshot, 'namespaces')).toBeUndefined();
});
