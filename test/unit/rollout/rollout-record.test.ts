import { expect, test } from '@jest/globals';
import {
  EMPTY_RECORD,
  keptGates,
  type RolloutAction,
  type RolloutRecord,
  readRecord,
  withAcknowledgement,
  withAction,
  withAskedGates,
  withLabels,
  withoutLabels,
  writeRecord,
} from '../../../src/core/rollout/rollout-record.ts';

const OPENED: RolloutAction = { at: '2026-11-03T09:00:00Z', by: 'ops', did: 'Opened', stage: 'one' };
const LABEL = { stage: 'one', namespace: 'shop', key: 'istio-injection', value: 'enabled', before: null };
const ACKNOWLEDGED = { stage: 'one', squad: 'web', name: 'Ada', time: '2026-11-02T09:00:00Z', digest: 'abc' };

const readBack = (record: RolloutRecord) => readRecord(writeRecord(record) ?? {});

test('what is written is read back', () => {
  const gates = [{ gate: 'restarts', state: 'unknown' as const, says: 'no figure' }];
  const record = {
    actions: [{ ...OPENED, forced: true, reason: 'a "quoted" reason\nof two lines', gates }],
    labels: [LABEL],
    acknowledgements: [ACKNOWLEDGED],
    gates: [{ stage: 'one', at: '2026-11-02T09:00:00Z', by: 'ada', gates: [{ ...gates[0], next: 'name Prometheus' }] }],
    unread: EMPTY_RECORD.unread,
  } as RolloutRecord;
  expect(readBack(record)).toEqual({ record, problems: [] });
});

test('lines that somebody edited are named, and the others count', () => {
  const { record, problems } = readRecord({
    actions: `not JSON\n${JSON.stringify(OPENED)}\n\n${JSON.stringify({ ...OPENED, did: 'Broke' })}\n`,
    labels: `${JSON.stringify(LABEL)}\n[]\n`,
  });
  const unread = {
    actions: ['not JSON', JSON.stringify({ ...OPENED, did: 'Broke' })],
    labels: ['[]'],
    acknowledgements: [],
    gates: [],
  };
  expect(record).toEqual({ ...EMPTY_RECORD, actions: [OPENED], labels: [LABEL], unread });
  expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
    '/data/actions line 1 cannot be read and is passed over: is no object',
    '/data/actions line 4 cannot be read and is passed over: /did is "Broke"; accepted: Opened, RolledBack, Paused, Resumed',
    '/data/labels line 2 cannot be read and is passed over: is no object',
  ]);
});

test('a line that cannot be read stays when the record is written, so that it can be mended', () => {
  const broken = JSON.stringify({ ...LABEL, namespace: 'bank' }).slice(0, -1);
  const { record } = readRecord({ labels: `${JSON.stringify(LABEL)}\n${broken}\n` });
  const written = writeRecord(withAction(record, OPENED)) ?? {};
  expect(written.labels?.split('\n')).toContain(broken);
  const mended = readRecord({ ...written, labels: String(written.labels?.replace(broken, `${broken}}`)) });
  expect(mended.problems).toEqual([]);
  expect(mended.record.labels.map(({ namespace }) => namespace).sort()).toEqual(['bank', 'shop']);
});

test('what stood at a label before the stage was opened first is kept when it is opened again', () => {
  const first = withLabels(EMPTY_RECORD, [{ ...LABEL, before: 'disabled' }]);
  const again = withLabels(first, [{ ...LABEL, before: 'enabled' }]);
  expect(again.labels).toEqual([{ ...LABEL, before: 'disabled' }]);
  expect(withoutLabels(again, [LABEL]).labels).toEqual([]);
});

test('a squad that reads a second briefing is held to that one', () => {
  const record = withAcknowledgement(withAcknowledgement(EMPTY_RECORD, ACKNOWLEDGED), {
    ...ACKNOWLEDGED,
    digest: 'def',
  });
  expect(record.acknowledgements).toEqual([{ ...ACKNOWLEDGED, digest: 'def' }]);
});

test('the oldest actions give way, labels never do', () => {
  let record: RolloutRecord = withLabels(EMPTY_RECORD, [LABEL]);
  for (let index = 0; index < 3000; index++) record = withAction(record, { ...OPENED, reason: `${index}` });
  const { record: kept } = readBack(record);
  expect(kept.actions.length).toBeLessThan(3000);
  expect(kept.actions.at(-1)?.reason).toBe('2999');
  expect(kept.labels).toEqual([LABEL]);
  const many = Array.from({ length: 10_000 }, (_, index) => ({ ...LABEL, namespace: `shop-${index}` }));
  expect(writeRecord(withLabels(EMPTY_RECORD, many))).toBeUndefined();
});

test('of each stage the last answer of its gates is kept, and a sentence of any length can be read back', () => {
  const asked = (stage: string, at: string, says = 'none') => ({
    ...{ stage, at, by: 'ada' },
    gates: keptGates([{ gate: 'restarts', state: 'failed', says, next: '' }]),
  });
  const long = 'x'.repeat(5_000);
  const answers = [asked('one', '2026-11-01T09:00:00Z'), asked('two', '2026-11-02T09:00:00Z', long)];
  const record = [...answers, asked('one', '2026-11-03T09:00:00Z')].reduce(withAskedGates, EMPTY_RECORD);
  const { record: read, problems } = readBack(record);
  expect(problems).toEqual([]);
  expect(read.gates.map(({ stage, at }) => `${stage} ${at}`)).toEqual([
    'two 2026-11-02T09:00:00Z',
    'one 2026-11-03T09:00:00Z',
  ]);
  expect(long.startsWith(read.gates[0]?.gates[0]?.says ?? '-')).toBe(true);
});
