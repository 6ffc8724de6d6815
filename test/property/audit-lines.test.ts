import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LineCounter } from '../../src/cli/log/line-counts.ts';
import { LineReader } from '../../src/cli/log/line-reader.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { heldFacts, type RecordFacts } from '../../src/core/records/record-facts.ts';
import { EVERY_RECORD, type RecordFilter, wantedBy } from '../../src/core/records/record-filter.ts';
import { needlesOf } from '../../src/core/records/scan/needles.ts';
import { RecordScanner } from '../../src/core/records/scan/record-scanner.ts';
import { gelfFields } from '../../src/telemetry/gelf.ts';
import { admitted, recorded } from '../core-fixtures/admissions.ts';
import { auditEvent } from '../core-fixtures/audit-events.ts';
import { askingPod, ownedBy, podWith } from '../core-fixtures/pods.ts';

const answers = [
  admitted(askingPod()),
  admitted(ownedBy('StatefulSet', 'db', askingPod({ 'sidecar.istio.io/proxyCPU': '1' }))),
  admitted(podWith({ metadata: { name: 'silent' } }), { hook: 'warn' }),
];
const RECORDS = answers.flatMap(({ record }) => (record === undefined ? [] : [record]));
// short, so that values are equal, contain each other, and need escapes in one way of writing or another
const name = fc.constantFrom(
  'shop',
  'sho',
  'shop/é',
  'web',
  'Deployment/web',
  'we"b',
  'a\\b',
  '<x>',
  'web-...',
  '',
  '\u2028',
  '🙂',
  'opted-in',
);

const varied = fc
  .record({
    record: fc.constantFrom(...RECORDS),
    fields: fc.record(
      { namespace: name, user: name, tribe: name, squad: name, profile: name, pod: name, generateName: name },
      { requiredKeys: [] },
    ),
    owner: fc.option(fc.record({ apiVersion: name, kind: fc.constantFrom('Deployment', 'Job'), name }), {
      nil: undefined,
    }),
    policy: fc.record({ name, revision: name }),
  })
  .map(
    ({ record, fields, owner, policy }): DecisionRecord => ({ ...record, ...fields, ...(owner && { owner }), policy }),
  );

/** JSON with every letter of every text as an escape, keys included. */
function escaped(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(escaped).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, part]) => `${escaped(key)}:${escaped(part)}`)
      .join(',')}}`;
  if (typeof value !== 'string') return JSON.stringify(value);
  return `"${value
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')}"`;
}

/** Ways in which programs write one and the same JSON value. */
const WRITINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  // as Go does
  (text) => text.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replaceAll('/', '\\/'),
  (text) => escaped(JSON.parse(text)),
  (text) => JSON.stringify(JSON.parse(text), null, 1).replaceAll('\n', ' '),
  (text) => `[pod/pillion-0/pillion] 2026-11-03T10:00:00.123456789Z ${text}`,
];

const line = fc
  .record({ record: varied, shape: fc.constantFrom('record', 'gelf', 'event'), writing: fc.constantFrom(...WRITINGS) })
  .map(({ record, shape, writing }) => {
    if (shape === 'record') return writing(JSON.stringify(record));
    if (shape === 'gelf') return writing(JSON.stringify({ version: '1.1', ...gelfFields(record, 'pillion-0') }));
    const [answer = answers[0]] = answers.filter((each) => each.record?.recordId === record.recordId);
    const { namespace, user, pod } = record;
    const event = auditEvent({
      answers: { inject: answer } as never,
      objectRef: { namespace, ...(pod === undefined ? {} : { name: pod }) },
      more: { user: { username: user } },
    });
    const told = { ...(record.tribe && { tribe: record.tribe }), ...(record.profile && { profile: record.profile }) };
    const owner = record.owner && { owner: `${record.owner.kind}/${record.owner.name}` };
    const written = { ...told, ...owner, policy: `${record.policy.name}@${record.policy.revision}` };
    const more = Object.entries(written).map(([key, value]) => [`inject.pillion.io/${key}`, value]);
    return writing(
      JSON.stringify({ ...event, annotations: { ...(event.annotations as object), ...Object.fromEntries(more) } }),
    );
  });

const many = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(name, { minLength: 1, maxLength: 2 }) },
);
const filter: fc.Arbitrary<RecordFilter> = fc
  .record({
    namespaces: many,
    workloads: many,
    tribes: many,
    squads: many,
    users: many,
    policies: many,
    profiles: many,
    reasons: fc.constantFrom([], [], ['opted-in'], ['not-opted-in', 'opted-in']),
    verdicts: fc.constantFrom([], [], ['inject'], ['skip', 'deny']),
  })
  .map((lists) => ({ ...EVERY_RECORD, ...lists }));

const now = () => new Date('2026-11-03T10:00:00Z');

function kept(lines: readonly string[], wanted: RecordFilter, prefilters: boolean) {
  const isWanted = wantedBy(wanted);
  const counter = new LineCounter();
  const found: RecordFacts[] = [];
  const reader = new LineReader('log', counter, prefilters ? needlesOf(wanted) : [], now, (facts, ms) => {
    if (isWanted(facts, ms)) found.push(heldFacts(facts));
  });
  const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
  reader.read({ kind: 'lines', bytes, start: 0, end: bytes.length });
  return { found, counter };
}

test('what is passed over by its bytes holds nothing that the filter would keep, however it is written', () => {
  let [passedOver, keptRecords] = [0, 0];
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), filter, (lines, wanted) => {
      const parsed = kept(lines, wanted, false);
      const filtered = kept(lines, wanted, true);
      expect(filtered.found).toEqual(parsed.found);
      expect(parsed.counter.problems).toEqual([]);
      passedOver += filtered.counter.passedUnread;
      keptRecords += parsed.found.length;
    }),
    { numRuns: 600 },
  );
  // so that the law says something about both
  expect(Math.min(passedOver, keptRecords)).toBeGreaterThan(100);
});

test('the scanner tells of a record what parsing it tells, and takes nothing else for one', () => {
  const scanner = new RecordScanner();
  let scanned = 0;
  const edited = fc.tuple(
    varied.map((record) => JSON.stringify(record)),
    fc.nat(),
    fc.constantFrom('', '"', ',', '}', '\\', '1', ' ', '{'),
    fc.boolean(),
  );
  fc.assert(
    fc.property(edited, ([text, at, sign, isWhole]) => {
      const place = at % text.length;
      const written = isWhole ? text : text.slice(0, place) + sign + text.slice(place + 1);
      const bytes = Buffer.from(`${written}\n`);
      if (!scanner.scan(bytes, 0, bytes.length - 1)) return expect(isWhole && !/\\/.test(text)).toBe(false);
      scanned += 1;
      // what half a sign of two units becomes among bytes
      const record = JSON.parse(bytes.toString()) as DecisionRecord;
      expect(heldFacts(scanner)).toEqual(heldFacts(record));
      return expect(scanner.ms).toBe(Date.parse(record.time));
    }),
    { numRuns: 2_000 },
  );
  expect(scanned).toBeGreaterThan(500);
});

test('a record of a fixture is read without being parsed', () => {
  const scanner = new RecordScanner();
  for (const record of [...RECORDS, recorded(askingPod({ 'sidecar.istio.io/logLevel': 'loud' }))]) {
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    expect(scanner.scan(bytes, 0, bytes.length - 1)).toBe(true);
  }
});
