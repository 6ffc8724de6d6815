import { expect, test } from '@jest/globals';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { judgedValues } from '../../../src/core/traffic/judged-values.ts';

const BROKEN = 'service: {name: a, port: 1}\noutlierDetection: {consecutiveGatewayErrors: 5}\nfault: none\n';
const waiver = (rule: string, expires: string): string =>
  `waivers: [{rule: ${rule}, reason: agreed with the platform team, expires: ${expires}}]`;

function told(text: string): string[] {
  const judged = judgedValues({ text, file: 'v.yaml' }, BUILT_IN_TRAFFIC_DEFAULTS, '2026-11-03');
  if ('problems' in judged) return judged.problems.map(({ path, message }) => `${path} ${message}`);
  return judged.findings.map(({ rule, level, message }) => `${rule} ${level}: ${message}`);
}

const MESSAGE = 'consecutiveGatewayErrors 5 has no effect beside consecutive5xx 5 (defaults)';

test.each<[string, string, string[]]>([
  ['none', '', [`MESH012 warning: ${MESSAGE}`]],
  ['one that counts', waiver('MESH012', '2027-01-31'), [`MESH012 waived: ${MESSAGE}`]],
  ['on its last day', waiver('MESH012', '2026-11-03'), [`MESH012 waived: ${MESSAGE}`]],
  [
    'a day later',
    waiver('MESH012', '2026-11-02'),
    [`MESH012 warning: ${MESSAGE}`, 'MESH090 warning: has no effect: it ended on 2026-11-02'],
  ],
  [
    'longer than a year',
    waiver('MESH012', '2027-11-05'),
    [`MESH012 warning: ${MESSAGE}`, 'MESH090 warning: has no effect: it ends on 2027-11-05, more than a year ahead'],
  ],
  [
    'of another rule',
    waiver('MESH013', '2027-01-31'),
    [`MESH012 warning: ${MESSAGE}`, 'MESH090 warning: has no effect: nothing needs it'],
  ],
  [
    'of a rule that there is not',
    waiver('MESH999', '2027-01-31'),
    [`MESH012 warning: ${MESSAGE}`, 'MESH090 warning: has no effect: MESH999 is no rule that can be waived'],
  ],
  [
    'without a reason',
    'waivers: [{rule: MESH012, reason: x, expires: 2027-01-31}]',
    ['/waivers/0/reason is "x"; it must not have fewer than 10 characters'],
  ],
  [
    'with a day that is none',
    waiver('MESH012', '2027-13-01'),
    ['/waivers/0/expires is "2027-13-01"; accepted: a day such as "2027-01-31"'],
  ],
])('a waiver: %s', (_, text, expected) => {
  expect(told(BROKEN + text)).toEqual(expected);
});

test('nobody is excused from faults in production', () => {
  const text = `service: {name: a, port: 1}\nfault: {abort: {percent: 1, status: 503}}\n${waiver('MESH040', '2027-01-31')}`;
  expect(told(text)).toEqual([
    'MESH040 error: is given without an environment; accepted: in dev, test and staging',
    'MESH090 warning: has no effect: MESH040 is no rule that can be waived',
  ]);
});
