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
  'pillion_policy_exceptions{pod="a",state="ended"}': '0x120',
  'pillion_other_injector_overlaps{pod="a"}': '0x120',
  'pillion_scan_pods{pod="a",state="missing"}': '0x120',
  'pillion_scan_pods{pod="a",state="injected"}': '40x120',
  'pillion_scan_timestamp_seconds{pod="a"}': SECONDS,
  'pillion_scans_total{pod="a",result="finished"}': '0+1x120',
  'pillion_scans_total{pod="a",result="failed"}': '0x120',
  'pillion_traffic_values_refused{pod="a"}': '0x120',
  'pillion_watchdog_restarts_total{pod="a",result="done"}': SECONDS,
  'pillion_watchdog_restarts_total{pod="a",result="failed"}': '0x120',
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
  PillionPolicyExceptionEnded: [{ 'pillion_policy_exceptions{pod="a",state="ended"}': '1x120' }, {}],
  PillionInjectSlow: [slow('inject', '2.5'), {}],
  PillionAdviceSlow: [slow('warn', '0.5'), { hook: 'warn' }],
  PillionChangesSlow: [slow('policies', '2.5'), { hook: 'policies' }],
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
  PillionPodsRunWithoutSidecar: [{ 'pillion_scan_pods{pod="a",state="missing"}': '3x120' }, {}],
  PillionScanStale: [{ 'pillion_scan_timestamp_seconds{pod="a"}': '600x120' }, {}],
  PillionScanFails: [
    {
      'pillion_scans_total{pod="a",result="finished"}': '9x120',
      'pillion_scans_total{pod="a",result="failed"}': '0+1x120',
    },
    {},
  ],
  PillionPolicyStale: [{ 'pillion_policy_stale{pod="a"}': '1x120' }, { pod: 'a' }],
  PillionPoliciesDiffer: [{ 'pillion_policy_info{pod="b",revision="2"}': '1x120' }, {}],
  PillionWatchStale: [
    { 'pillion_watch_last_contact_timestamp_seconds{pod="a",resource="namespaces"}': '0x120' },
    { pod: 'a', resource: 'namespaces' },
  ],
  PillionTrafficValuesRefused: [{ 'pillion_traffic_values_refused{pod="b"}': '1x120' }, {}],
  PillionWatchdogFailed: [{ 'pillion_watchdog_restarts_total{pod="a",result="failed"}': '0x60 1x60' }, {}],
  PillionRecordsDropped: [{ 'pillion_records_dropped_total{sink="stdout"}': SECONDS }, { sink: 'stdout' }],
};

// of the 105 minutes until the alerts are asked for, what begins so late has lasted too short a time
const lately = (before: string, minutes: number, after: string): string =>
  `${before}x${104 - minutes} ${after}x${15 + minutes}`;
const quick = (hook: string, over: string): Series => ({
  // a bucket in which 99.5 of 100 are
  [`pillion_admission_duration_seconds_bucket{hook="${hook}",le="${over}"}`]: '0+597x120',
  [`pillion_admission_duration_seconds_bucket{hook="${hook}",le="5"}`]: '0+600x120',
  [`pillion_admission_duration_seconds_bucket{hook="${hook}",le="+Inf"}`]: '0+600x120',
});

/** What comes near each alert, and is no trouble yet or no more. */
const NEARLY: Readonly<Record<string, Series>> = {
  PillionDown: { 'pillion_build_info{pod="b"}': '1x50 _x20 1x50', 'pillion_build_info{pod="c"}': '1x50 _x20 1x50' },
  PillionReplicasMissing: { 'pillion_build_info{pod="c"}': '1x50 _x3 1x70' },
  PillionNotReady: { 'pillion_ready{pod="a",part="certificate"}': lately('1', 3, '0') },
  PillionInternalErrors: { 'pillion_admission_internal_errors_total{cause="bug"}': '0x20 7x100' },
  PillionPolicyExceptionEnded: { 'pillion_policy_exceptions{pod="a",state="ended"}': lately('0', 50, '1') },
  PillionInjectSlow: quick('inject', '2.5'),
  PillionAdviceSlow: quick('warn', '0.5'),
  PillionChangesSlow: { ...quick('policies', '2.5'), ...quick('namespaces', '2.5') },
  PillionCertificateExpires: { 'pillion_certificate_not_after_timestamp_seconds{pod="a"}': '93000x120' },
  PillionAuthorityExpires: { 'pillion_authority_not_after_timestamp_seconds{pod="a"}': '1216200x120' },
  PillionRegistrationGone: {
    'pillion_registration_objects{resource="r",name="n",state="other"}': '1x120',
    'pillion_registration_objects{resource="r",name="m",state="missing"}': '1x50 0x70',
  },
  PillionRegistrationAwaited: {
    'pillion_registration_objects{resource="r",name="n",state="awaited"}': lately('0', 8, '1'),
  },
  PillionRegistrationFought: { 'pillion_registration_repairs_total{resource="r",name="n"}': '0x60 1 2 3x60' },
  PillionOtherInjector: { 'pillion_other_injector_overlaps{pod="a"}': lately('0', 3, '2') },
  PillionPodsWithoutSidecar: { 'pillion_admission_decisions_total{reason="hook-not-called"}': '0x20 3x100' },
  PillionPodsRunWithoutSidecar: { 'pillion_scan_pods{pod="a",state="missing"}': lately('0', 12, '3') },
  // another replica goes on where one has ended
  PillionScanStale: {
    'pillion_scan_timestamp_seconds{pod="a"}': '0+60x20 0x100',
    'pillion_scan_timestamp_seconds{pod="b"}': '0x20 1260+60x47 4080x50',
    // a replica that never scans
    'pillion_scan_timestamp_seconds{pod="c"}': '0x120',
  },
  PillionScanFails: { 'pillion_scans_total{pod="a",result="failed"}': '0+1x120' },
  // one that failed more than an hour ago
  PillionWatchdogFailed: { 'pillion_watchdog_restarts_total{pod="a",result="failed"}': '0x10 1x110' },
  PillionPolicyStale: { 'pillion_policy_stale{pod="a"}': lately('0', 8, '1') },
  PillionPoliciesDiffer: {
    'pillion_policy_info{pod="b",revision="1"}': '1x96 _x24',
    'pillion_policy_info{pod="b",revision="2"}': '_x97 1x23',
  },
  PillionWatchStale: {
    'pillion_watch_last_contact_timestamp_seconds{pod="a",resource="namespaces"}': '0+60x99 5940x20',
  },
  PillionTrafficValuesRefused: { 'pillion_traffic_values_refused{pod="b"}': lately('0', 50, '1') },
  PillionRecordsDropped: { 'pillion_records_dropped_total{sink="stdout"}': '0x20 900x100' },
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

test('there is something near every alert', () => {
  expect(Object.keys(NEARLY).sort()).toEqual(Object.keys(TROUBLES).sort());
});

test.each(Object.entries(NEARLY))('%s does not fire for what only comes near', async (name, series) => {
  const answer = await judged(`nearly-${name}`, series, () => []);
  expect(answer).toEqual({ code: 0, output: expect.stringContaining('SUCCESS') });
});
