import { expect, test } from '@jest/globals';
import { Registry } from '@prometheus-io/client';
import pino from 'pino';
import { Compile } from 'typebox/compile';
import { Namespaces } from '../../../src/cluster/namespaces.ts';
import type { ObjectMetadata } from '../../../src/cluster/object-metadata.ts';
import { UnseenOptIns } from '../../../src/cluster/unseen-opt-ins.ts';
import { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { NOW } from '../../core-fixtures/admissions.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';

const OPEN = { 'istio-injection': 'enabled' };
const opened = (at: string) => ({ 'pillion.io/enabled-by': 'alice', 'pillion.io/enabled-at': at });
const closed = (at: string) => ({ 'pillion.io/disabled-by': 'alice', 'pillion.io/disabled-at': at });
const [ONE, TWO] = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'];

type State = Pick<ObjectMetadata, 'labels' | 'annotations' | 'deletionTimestamp'>;

/** A watch of namespaces without its network, and everything that it tells. */
function watched() {
  const records: DecisionRecord[] = [];
  const log: Record<string, unknown>[] = [];
  const metrics = createMetrics(new Registry(), { version: '0', node: 'v24' }, { process: false });
  let policy = BUILT_IN;
  const unseen = new UnseenOptIns({
    policy: () => policy,
    write: (record) => records.push(record),
    log: pino({ level: 'debug' }, { write: (line) => void log.push(JSON.parse(line)) }),
    metrics: metrics.optIns,
    now: () => NOW,
  });
  const namespaces = new Namespaces({
    keepLabel: () => true,
    onChange: (before, after, object) => unseen.compare(before, after, object),
    publish: (all) => unseen.count(all),
  });
  let version = 0;
  const object = (name: string, state: State): ObjectMetadata => {
    version += 1;
    return { name, uid: `uid-of-${name}`, resourceVersion: String(version), ...state };
  };
  return {
    records,
    log,
    put: (name: string, state: State) => namespaces.put(object(name, state)),
    list: (all: Readonly<Record<string, State>>) => {
      const list = namespaces.beginList();
      for (const [name, state] of Object.entries(all)) list.add(object(name, state));
      list.complete();
    },
    use: (next: typeof policy) => {
      policy = next;
    },
    metric: async (series: string) => {
      const { body } = await metrics.text();
      const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `));
      return Number(line?.slice(series.length));
    },
  };
}

const UNFITTING = 'pillion_namespaces_with_unfitting_stamps';

/** A change that the watch sees, and whether it passed Pillion by. */
const CHANGES: [what: string, before: State | undefined, after: State, unseen: 'opened' | 'closed' | undefined][] = [
  ['opened and stamped', {}, { labels: OPEN, annotations: opened(ONE) }, undefined],
  ['opened without a stamp', {}, { labels: OPEN }, 'opened'],
  [
    'opened with the stamp of its closing',
    { annotations: closed(ONE) },
    { labels: OPEN, annotations: closed(ONE) },
    'opened',
  ],
  [
    'opened with the stamp of an earlier opening',
    { annotations: opened(ONE) },
    { labels: OPEN, annotations: opened(ONE) },
    'opened',
  ],
  ['created open and stamped', undefined, { labels: OPEN, annotations: opened(ONE) }, undefined],
  ['created open without a stamp', undefined, { labels: OPEN }, 'opened'],
  ['created closed', undefined, { labels: { 'istio-injection': 'disabled' } }, undefined],
  ['closed and stamped', { labels: OPEN, annotations: opened(ONE) }, { annotations: closed(TWO) }, undefined],
  [
    'closed with the stamp of its opening',
    { labels: OPEN, annotations: opened(ONE) },
    { annotations: opened(ONE) },
    'closed',
  ],
  ['closed without a stamp', { labels: OPEN }, {}, 'closed'],
  [
    'closed with both stamps',
    { labels: OPEN, annotations: opened(ONE) },
    { annotations: { ...opened(ONE), ...closed(TWO) } },
    'closed',
  ],
  ['kept open, unstamped since before Pillion', { labels: OPEN }, { labels: { ...OPEN, team: 'a' } }, undefined],
  ['kept open by the other label', { labels: OPEN }, { labels: { 'istio.io/rev': 'default' } }, undefined],
  ['kept closed by a value that means nothing', {}, { labels: { 'istio-injection': 'on' } }, undefined],
  ['opened while it is being deleted', {}, { labels: OPEN, deletionTimestamp: '2026-11-03T09:00:00Z' }, undefined],
];

const recordSchema = Compile(DecisionRecord);

test.each(CHANGES)('a namespace that is %s', async (_, before, after, unseen) => {
  const { put, list, records, log, metric } = watched();
  list(before === undefined ? {} : { shop: before });
  const first = log.length;
  put('shop', after);
  const told = unseen === undefined ? [] : [unseen];
  expect(records.map(({ also }) => also)).toEqual(told.map((change) => [`namespace-${change}`]));
  expect(log.slice(first).map(({ level, namespace, change }) => [level, namespace, change])).toEqual(
    told.map((change) => [40, 'shop', change]),
  );
  for (const change of ['opened', 'closed'])
    expect(await metric(`pillion_opt_in_changes_unseen_total{change="${change}"}`)).toBe(change === unseen ? 1 : 0);
});

test('its record says what is known, and is the same in every replica but for the time', () => {
  const [one, other] = [watched(), watched()];
  for (const { list, put } of [one, other]) {
    list({ shop: { labels: { 'istio.io/rev': 'canary' } } });
    put('shop', { labels: { ...OPEN, secret: 'hunter2' } });
    put('shop', { labels: {} });
  }
  expect(one.records).toEqual(other.records);
  expect(new Set(one.records.map(({ recordId }) => recordId)).size).toBe(2);
  for (const record of one.records) expect([...recordSchema.Errors(record)]).toEqual([]);
  expect(one.records[0]).toMatchObject({
    hook: 'watch',
    caller: 'ApiServer',
    verdict: 'allow',
    reason: 'opt-in-changed-unseen',
    namespace: 'shop',
    user: '',
    time: NOW.toISOString(),
    inputs: { namespaceLabels: OPEN, previousNamespaceLabels: { 'istio.io/rev': 'canary' } },
  });
  expect(JSON.stringify(one.records)).not.toContain('hunter2');
});

test('what the first list shows is counted, and told in one line', async () => {
  const { list, records, log, metric } = watched();
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`old-${index + 10}`, { labels: OPEN }]));
  list({ ...many, fine: { labels: OPEN, annotations: opened(ONE) }, left: { annotations: opened(ONE) }, plain: {} });
  expect(await metric(UNFITTING)).toBe(13);
  expect(records).toEqual([]);
  expect(log.map(({ level, count, namespaces }) => [level, count, (namespaces as string[]).length])).toEqual([
    [40, 13, 10],
  ]);
});

test('a first list in which everything fits is told by the metric alone', async () => {
  const { list, log, metric } = watched();
  list({ fine: { labels: OPEN, annotations: opened(ONE) }, plain: {} });
  expect([await metric(UNFITTING), log]).toEqual([0, []]);
});

test('what happened while the watch was broken is found by its next list', async () => {
  const { list, records, metric } = watched();
  list({ shop: {}, fine: {} });
  list({ shop: { labels: OPEN }, fine: { labels: OPEN, annotations: opened(ONE) }, fresh: { labels: OPEN } });
  expect(records.map(({ namespace }) => namespace)).toEqual(['shop', 'fresh']);
  expect(await metric(UNFITTING)).toBe(2);
});

test('a stamp that was written ahead does not hide the change that follows', () => {
  const { list, put, records } = watched();
  list({ shop: {} });
  put('shop', { annotations: opened(ONE) });
  put('shop', { labels: OPEN, annotations: opened(ONE) });
  expect(records.map(({ also }) => also)).toEqual([['namespace-opened']]);
});

test('another policy does not make a change of what nobody touched', () => {
  const { list, put, records, use } = watched();
  list({ shop: { labels: { mesh: 'on' } } });
  use(policyWith({ optIn: { namespaceLabel: { key: 'mesh', enabled: 'on', disabled: 'off' } } }));
  put('shop', { labels: { mesh: 'on', team: 'a' } });
  expect(records).toEqual([]);
});

test('of the annotations of a namespace only the stamps are kept, and only where there are any', () => {
  const published: unknown[] = [];
  const store = new Namespaces({ keepLabel: () => false, publish: (all) => published.push(...all.values()) });
  const list = store.beginList();
  list.add({ name: 'stamped', annotations: { ...opened(ONE), note: 'long' } });
  list.add({ name: 'plain', annotations: { note: 'long' } });
  list.complete();
  expect(published).toEqual([
    { name: 'stamped', labels: {}, stamps: opened(ONE) },
    { name: 'plain', labels: {} },
  ]);
});
