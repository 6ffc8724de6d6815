import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { readRecord } from '../../../src/core/records/read-record.ts';
import { GELF_VERSION, gelfFields } from '../../../src/telemetry/gelf.ts';
import { recordInGelf } from '../../../src/telemetry/gelf-record.ts';
import { admitted, answer, patched, recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, ownedBy, podWith } from '../../core-fixtures/pods.ts';
import { policyWith, SIDECAR } from '../../core-fixtures/policies.ts';
import { workload, workloadReview } from '../../core-fixtures/workloads.ts';
import { pillion } from './command-line.ts';

const STRICT = policyWith({ name: 'strict', spec: { overrides: { allow: [], others: 'Deny' } } });
const CANARY = policyWith({
  name: 'canary',
  spec: { profiles: [{ name: 'next' }] },
  otherProfiles: { next: { sidecar: { ...SIDECAR, image: 'envoyproxy/envoy:next' } } },
});
const shadows = [STRICT, CANARY];

const loud = ownedBy('StatefulSet', 'db', askingPod({ 'sidecar.istio.io/logLevel': 'debug' }));
const first = admitted(loud, { shadows });
const forecast = answer(
  workloadReview(
    workload({ kind: 'StatefulSet', name: 'db', templateMetadata: { annotations: loud.metadata.annotations } }),
  ),
  { hook: 'workloads', shadows },
);
const RECORDS = [
  first.record,
  // the end of the same creation
  admitted(patched(loud, first), { shadows, hook: 'warn' }).record,
  forecast.kind === 'answered' ? forecast.record : undefined,
  recorded(podWith({ metadata: { name: 'silent' } }), { shadows, hook: 'warn', uid: 'silent' }),
].filter((record): record is DecisionRecord => record !== undefined);

const asJson = (record: DecisionRecord): string => JSON.stringify(record);
const asGelf = (record: DecisionRecord): string =>
  JSON.stringify({ version: GELF_VERSION, ...gelfFields(record, 'pod-1') });
const report = (lines: readonly string[], ...args: string[]) =>
  pillion(['policy', 'shadow', '-f', '-', ...args], { stdin: `${lines.join('\n')}\n` });

test('for people: what each policy would decide otherwise, and of whose pods', async () => {
  const { stdout, stderr, exit } = await report(RECORDS.map(asJson));
  expect([stderr, exit]).toEqual(['', 0]);
  const { recordId } = RECORDS[2] ?? {};
  expect(stdout).toBe(`2 pods decided about, 1 workload applied

strict (revision ${STRICT.revision}): 1 pod and 1 workload otherwise
NAMESPACE  OWNER           BEFORE           AFTER                    PODS  APPLIED     LAST                      RECORD
shop       StatefulSet/db  inject opted-in  deny override-forbidden  1     1 by alice  2026-11-03T10:00:00.000Z  ${recordId}

canary (revision ${CANARY.revision}): 1 pod and 1 workload otherwise
NAMESPACE  OWNER           BEFORE                   AFTER                              PODS  APPLIED     LAST                      RECORD
shop       StatefulSet/db  inject opted-in (envoy)  inject opted-in (next)             1     1 by alice  2026-11-03T10:00:00.000Z  ${recordId}
                                                    /initContainers/istio-proxy/image
`);
});

test('GELF messages tell the same as JSON lines, also for machines, and other lines are passed over', async () => {
  const plain = await report(RECORDS.map(asJson), '-o', 'json');
  const gelf = await report([...RECORDS.map(asGelf), '{"level":30,"msg":"ready"}', '{"half'], '-o', 'json');
  expect(gelf.stdout).toBe(plain.stdout);
  expect(gelf.stderr).toContain('1 line could not be read');
  expect(JSON.parse(plain.stdout)).toMatchObject({
    pods: 2,
    forecasts: 1,
    policies: [
      { policy: 'strict', pods: 1, forecasts: 1, failed: 0 },
      {
        policy: 'canary',
        changes: [{ before: { profile: 'envoy' }, after: { profile: 'next' }, differs: ['profile', 'sidecar'] }],
      },
    ],
  });
});

test('a log may be packed and as kubectl logs prints it', async () => {
  const text = RECORDS.map((record) => `[pod/pillion-7d9f-x2x/pillion] ${asJson(record)}\n`).join('');
  const packed = await pillion(['policy', 'shadow', '-f', 'log'], { bytes: { log: gzipSync(text) } });
  expect(packed).toEqual(await report(RECORDS.map(asJson)));
});

test('a record comes back from GELF but for what was read of the pod', () => {
  for (const record of RECORDS) {
    const inputs = { ...record.inputs, namespaceLabels: {}, podLabels: {}, podAnnotations: {} };
    expect(readRecord(recordInGelf(JSON.parse(asGelf(record))))).toEqual({ record: { ...record, inputs } });
  }
});

test('one namespace only, and a log in which nothing differs', async () => {
  const { stdout } = await report(RECORDS.map(asJson), '-n', 'elsewhere');
  expect(stdout).toBe('0 pods decided about, 0 workloads applied; no policy in mode Shadow says anything else\n');
});

test('trials, second calls and the objects of controllers are not counted', async () => {
  const [one] = RECORDS;
  const owned = { ...RECORDS[2], controllerUid: '1', uid: 'made' };
  const lines = [{ ...one, dryRun: true }, { ...one, reinvoked: true, uid: 'again' }, owned];
  const { stdout } = await report(lines.map((line) => JSON.stringify(line)));
  expect(stdout).toContain('0 pods decided about, 0 workloads applied;');
});

test('a policy that could not be asked is told, and what a log brings cannot write on a terminal', async () => {
  const [shadow] = first.record?.shadows ?? [];
  const failed = { ...shadow, verdict: 'error', reason: 'internal-error', message: 'of the test' };
  const named = { ...shadow, policy: 'evil\u001b[2K' };
  const { stdout } = await report([JSON.stringify({ ...first.record, shadows: [failed, named] })]);
  expect(stdout).toContain('0 pods and 0 workloads otherwise; could not be asked 1 time\n');
  expect(stdout).toContain('evil\\u001b[2K');
});
