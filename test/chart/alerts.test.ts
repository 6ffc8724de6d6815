import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Alert, firing, type Labels, type Series, type TestedRules, testedRules } from './tested-rules.ts';

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

let rules: TestedRules;

beforeAll(async () => {
  rules = await testedRules('pillion');
});

afterAll(() => rules?.remove());

const judged = (name: string, series: Series, fires: (alert: Alert) => readonly object[]) =>
  rules.judged(name, { ...HEALTHY, ...series }, fires);

test('every rule is one that Prometheus takes', async () => {
  const { code, output } = await rules.checked();
  expect(output).toContain(`SUCCESS: ${rules.alerts.length} rules found`);
  expect(code).toBe(0);
});

test('where nothing is the matter no alert fires', async () => {
  expect(await judged('nothing', {}, () => [])).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
});

test('there is a trouble for every alert', () => {
  expect(Object.keys(TROUBLES).sort()).toEqual(rules.alerts.map(({ alert }) => alert).sort());
});

test.each(Object.entries(TROUBLES))('%s fires, with its words', async (name, [series, labels]) => {
  const alert = rules.alerts.find((each) => each.alert === name) as Alert;
  const expected = [firing(alert, labels)];
  const answer = await judged(name, series, (each) => (each === alert ? expected : []));
  expect(answer).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
});
