import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { type Answer, ask } from '../needs/executable.ts';
import { objectsIn, rendered } from './helm-runs.ts';

type Labels = Readonly<Record<string, string>>;
/** By the names of the series, a minute apart and in the notation of promtool: `0+60x9` begins with 0 and adds 60 nine times. */
type Series = Readonly<Record<string, string | undefined>>;
interface Alert {
  readonly alert: string;
  readonly for?: string;
  readonly labels: Labels;
  readonly annotations: { readonly summary: string };
}

const SECONDS = '0+60x120';
const slow = (hook: string, under: string): Series => ({
  [`pillion_admission_duration_seconds_bucket{hook="${hook}",le="${under}"}`]: '0x120',
  [`pillion_admission_duration_seconds_bucket{hook="${hook}",le="5"}`]: SECONDS,
  [`pillion_admission_duration_seconds_bucket{hook="${hook}",le="+Inf"}`]: SECONDS,
});

/** The replicas of these values, with nothing the matter. */
const HEALTHY: Series = {
  'pillion_build_info{pod="a"}': '1x120',
  'pillion_build_info{pod="b"}': '1x120',
  'pillion_build_info{pod="c"}': '1x120',
  'pillion_ready{pod="a",part="certificate"}': '1x120',
  'pillion_policy_info{pod="a",revision="1"}': '1x120',
  'pillion_policy_info{pod="b",revision="1"}': '1x120',
  'pillion_policy_stale{pod="a"}': '0x120',
  'pillion_other_injector_overlaps{pod="a"}': '0x120',
  'pillion_registration_objects{pod="a",resource="r",name="n",state="kept"}': '1x120',
  'pillion_watch_last_contact_timestamp_seconds{pod="a",resource="namespaces"}': SECONDS,
  'pillion_admission_decisions_total{pod="a",reason="opted-in"}': SECONDS,
  'pillion_admission_duration_seconds_bucket{hook="inject",le="2.5"}': SECONDS,
  'pillion_admission_duration_seconds_bucket{hook="inject",le="5"}': SECONDS,
  'pillion_admission_duration_seconds_bucket{hook="inject",le="+Inf"}': SECONDS,
  // the clock of promtool begins in 1970: in a year and in ten
  'pillion_certificate_not_after_timestamp_seconds{pod="a"}': '31536000x120',
  'pillion_authority_not_after_timestamp_seconds{pod="a"}': '315360000x120',
};

/** What makes each alert fire, beside or in place of the healthy series, and the labels that it then has. */
const TROUBLES: Readonly<Record<string, readonly [Series, Labels]>> = {
  PillionDown: [Object.fromEntries(['a', 'b', 'c'].map((pod) => [`pillion_build_info{pod="${pod}"}`, undefined])), {}],
  PillionReplicasMissing: [{ 'pillion_build_info{pod="c"}': undefined }, {}],
  PillionNotReady: [{ 'pillion_ready{pod="a",part="certificate"}': '0x120' }, { pod: 'a', part: 'certificate' }],
  PillionInternalErrors: [{ 'pillion_admission_internal_errors_total{cause="bug"}': SECONDS }, { cause: 'bug' }],
  PillionInjectSlow: [slow('inject', '2.5'), {}],
  PillionAdviceSlow: [slow('warn', '0.5'), { hook: 'warn' }],
  PillionCertificateExpires: [
    { 'pillion_certificate_not_after_timestamp_seconds{pod="a"}': '80000x120' },
    { pod: 'a' },
  ],
  PillionAuthorityExpires: [{ 'pillion_authority_not_after_timestamp_seconds{pod="a"}': '1000000x120' }, {}],
  PillionRegistrationGone: [
    { 'pillion_registration_objects{resource="r",name="n",state="deleted-by-hand"}': '1x120' },
    { resource: 'r', name: 'n', state: 'deleted-by-hand' },
  ],
  PillionRegistrationAwaited: [
    { 'pillion_registration_objects{resource="r",name="n",state="drifted"}': '1x120' },
    { resource: 'r', name: 'n', state: 'drifted' },
  ],
  PillionRegistrationFought: [
    { 'pillion_registration_repairs_total{resource="r",name="n"}': '0+1x120' },
    { resource: 'r', name: 'n' },
  ],
  PillionOtherInjector: [{ 'pillion_other_injector_overlaps{pod="a"}': '1x120' }, {}],
  PillionPodsWithoutSidecar: [
    { 'pillion_admission_decisions_total{reason="hook-not-called"}': SECONDS },
    { reason: 'hook-not-called' },
  ],
  PillionPolicyStale: [{ 'pillion_policy_stale{pod="a"}': '1x120' }, { pod: 'a' }],
  PillionPoliciesDiffer: [{ 'pillion_policy_info{pod="b",revision="2"}': '1x120' }, {}],
  PillionWatchStale: [
    { 'pillion_watch_last_contact_timestamp_seconds{pod="a",resource="namespaces"}': '0x120' },
    { pod: 'a', resource: 'namespaces' },
  ],
  PillionRecordsDropped: [{ 'pillion_records_dropped_total{sink="stdout"}': SECONDS }, { sink: 'stdout' }],
};

let folder: string;
let alerts: readonly Alert[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-alerts-'));
  const chart = objectsIn(await rendered(4, 'ci/everything-values.yaml'));
  const groups = chart.find(({ kind }) => kind === 'PrometheusRule')?.spec.groups as { readonly rules: Alert[] }[];
  alerts = groups.flatMap(({ rules }) => rules);
  await writeFile(join(folder, 'rules.yaml'), stringify({ groups }));
});

afterAll(() => rm(folder, { recursive: true }));

/** What promtool says to the claim that after an hour and three quarters of these series these alerts fire. */
async function judged(name: string, series: Series, fires: (alert: Alert) => readonly object[]): Promise<Answer> {
  const file = join(folder, `${name}.yaml`);
  const input = Object.entries({ ...HEALTHY, ...series }).filter(([, values]) => values !== undefined);
  const tested = alerts.map((alert) => ({ eval_time: '105m', alertname: alert.alert, exp_alerts: fires(alert) }));
  const rules = {
    rule_files: ['rules.yaml'],
    tests: [
      {
        interval: '1m',
        input_series: input.map(([each, values]) => ({ series: each, values })),
        alert_rule_test: tested,
      },
    ],
  };
  await writeFile(file, stringify(rules));
  return ask('promtool', ['test', 'rules', file]);
}

/** The alert as it fires: its words with the labels in their places. */
const firing = ({ labels, annotations }: Alert, its: Labels) => ({
  exp_labels: { ...labels, ...its },
  exp_annotations: Object.fromEntries(
    Object.entries(annotations).map(([key, words]) => [
      key,
      words.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => its[label] ?? `no label ${label}`),
    ]),
  ),
});

test('every rule is one that Prometheus takes', async () => {
  const { code, output } = await ask('promtool', ['check', 'rules', join(folder, 'rules.yaml')]);
  expect(output).toContain(`SUCCESS: ${alerts.length} rules found`);
  expect(code).toBe(0);
});

test('where nothing is the matter no alert fires', async () => {
  expect(await judged('nothing', {}, () => [])).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
});

test('there is a trouble for every alert', () => {
  expect(Object.keys(TROUBLES).sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

test.each(Object.entries(TROUBLES))('%s fires, with its words', async (name, [series, labels]) => {
  const alert = alerts.find((each) => each.alert === name) as Alert;
  const expected = [firing(alert, labels)];
  const answer = await judged(name, series, (each) => (each === alert ? expected : []));
  expect(answer).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
});
