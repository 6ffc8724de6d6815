import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ENVIRONMENTS, TIERS } from '../../../src/core/api/traffic/service.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { judgedValues } from '../../../src/core/traffic/judged-values.ts';
import { CATALOGUE_RULES } from '../../../src/core/traffic/lint/catalogue-rules.ts';
import type { TrafficFinding } from '../../../src/core/traffic/lint/lint-traffic.ts';
import { TRAFFIC_RULES } from '../../../src/core/traffic/lint/rules.ts';
import { readTrafficDefaults } from '../../../src/core/traffic/read-defaults.ts';

const SERVICE = 'service: {name: catalog, port: 8080}';
const TODAY = '2026-11-03';
const NOTHING_ELSE = 'meshVersion: 1\ndefaults: {retries: none}';

function findings(text: string, defaults?: string): readonly TrafficFinding[] {
  const company =
    defaults === undefined ? { value: BUILT_IN_TRAFFIC_DEFAULTS } : readTrafficDefaults(defaults, 'd.yaml');
  if ('problems' in company) throw new Error(JSON.stringify(company.problems));
  const whole = text.includes('service:') ? text : `${SERVICE}\n${text}`;
  const judged = judgedValues({ text: whole, file: 'v.yaml' }, company.value, TODAY);
  if ('problems' in judged) throw new Error(JSON.stringify(judged.problems));
  return judged.findings;
}

const told = (text: string, defaults?: string): string[] =>
  findings(text, defaults).map(({ rule, line, path, message }) => `${rule} ${line}: ${path}: ${message}`);
const broken = (text: string, defaults?: string): string[] => findings(text, defaults).map(({ rule }) => rule);

test.each(TRAFFIC_RULES)('$code: its wrong example breaks it, and its right one keeps every rule', (rule) => {
  expect(new Set(broken(rule.wrong, rule.exampleDefaults))).toEqual(new Set([rule.code]));
  expect(broken(rule.right, rule.exampleDefaults)).toEqual([]);
});

test('the codes are in order, each once, and each says what it is about', () => {
  const codes = TRAFFIC_RULES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].toSorted());
  for (const { sentence, hint, evidence } of TRAFFIC_RULES)
    for (const text of [sentence, hint, evidence]) expect(text).toMatch(/^[A-Z].*\.$/);
});

test.each([...TRAFFIC_RULES, ...CATALOGUE_RULES].filter(({ shownBy }) => shownBy !== undefined))(
  '$code: the test that shows it is there',
  ({ shownBy = ['', ''] }) => {
    const text = readFileSync(new URL(`../../../${shownBy[0]}`, import.meta.url), 'utf8');
    // a test, several of them, or an entry of the table of one
    const said = [`test('${shownBy[1]}', `, `describe('${shownBy[1]}', `, `what: '${shownBy[1]}',`];
    expect(said.some((one) => text.includes(one))).toBe(true);
  },
);

test('no hint says of an expression what it need not', () => {
  const often = '^(a{1,63}\\\\.){1,9}example$';
  const [origin, path] = [`cors: {origins: ["${often}"]}`, `routes: [{name: a, match: [{path: {regex: "${often}"}}]}]`];
  for (const { message, hint } of [...findings(origin), ...findings(path)]) {
    expect(message).toContain('repeats its parts too often');
    expect(hint).not.toContain('^...$');
  }
  expect([...broken(origin), ...broken(path)]).toEqual(['MESH041', 'MESH043']);
});

test('what is said to be measured with Envoy is shown by a test', () => {
  const measured = [...TRAFFIC_RULES, ...CATALOGUE_RULES].filter(({ evidence }) =>
    evidence.includes('Measured with Envoy'),
  );
  expect(measured.filter(({ shownBy }) => shownBy === undefined).map(({ code }) => code)).toEqual([]);
});

const combinations = TIERS.flatMap((tier) =>
  [undefined, ...ENVIRONMENTS].map((environment) => ({ tier, environment })),
);
test.each(combinations)('the built-in defaults keep every rule: $tier, $environment', ({ tier, environment }) => {
  for (const protocol of ['http', 'http2', 'grpc', 'tcp']) {
    const service = `service: {name: a, port: 1, tier: ${tier}, protocol: ${protocol}}`;
    expect(told(environment === undefined ? service : `${service}\nenvironment: ${environment}`)).toEqual([]);
  }
});

test.each<[string, string, string[]]>([
  [
    'a timeout that the company’s retries do not fit into',
    'timeout: 1s',
    [
      'MESH002 2: /timeout: perTryTimeout 3s (defaults) leaves no time for a retry; timeout 1s; perTryTimeout: 300ms would fit',
    ],
  ],
  [
    'the arithmetic says what would fit',
    'timeout: 5s',
    [
      'MESH001 2: /timeout: 3 tries of perTryTimeout 3s (defaults) and pauses of 100ms take 9100ms; timeout 5s; perTryTimeout: 1633ms would fit',
    ],
  ],
  ['to the very millisecond', 'timeout: 2800ms\nretries: {perTryTimeout: 900ms}', []],
  [
    'and one less is too little',
    'timeout: 2799ms\nretries: {perTryTimeout: 900ms}',
    [
      'MESH001 2: /timeout: 3 tries of perTryTimeout 900ms and pauses of 100ms take 2800ms; timeout 2799ms; perTryTimeout: 899ms would fit',
    ],
  ],
  ['no retry needs no room', 'timeout: 1s\nretries: {attempts: 0}', []],
  [
    'a route is judged with what it takes over',
    'routes: [{name: a, match: [{path: {prefix: /a}}], timeout: 2s}]',
    [
      'MESH002 2: /routes/0/timeout: perTryTimeout 3s (defaults) leaves no time for a retry; timeout 2s; perTryTimeout: 633ms would fit',
    ],
  ],
  [
    'a mistake of the service is told once, not for each route',
    'timeout: 2s\nroutes: [{name: a, match: [{path: {prefix: /a}}]}]',
    [
      'MESH002 2: /timeout: perTryTimeout 3s (defaults) leaves no time for a retry; timeout 2s; perTryTimeout: 633ms would fit',
    ],
  ],
  [
    'nor where a route has something else of its own',
    'retries: {retryOn: ["503"]}\nroutes: [{name: a, match: [{path: {prefix: /a}}], retries: {attempts: 1}}]',
    ['MESH006 2: /retries/retryOn: retryOn 503: 503 does not count a connection that breaks'],
  ],
  [
    'two pods and a third of them',
    'outlierDetection: {maxEjectionPercent: 34}',
    [
      'MESH010 2: /outlierDetection/maxEjectionPercent: maxEjectionPercent 34 of minReplicas 2 (defaults) leaves no pod out; accepted: 50',
    ],
  ],
  [
    'more than half',
    'outlierDetection: {maxEjectionPercent: 51}',
    [
      'MESH010 2: /outlierDetection/maxEjectionPercent: maxEjectionPercent 51 of minReplicas 2 (defaults) may leave too few pods; accepted: 50',
    ],
  ],
  [
    'a critical service with two pods',
    'service: {name: a, port: 1, tier: critical, minReplicas: 2}',
    [
      'MESH010 1: /service/minReplicas: maxEjectionPercent 34 (tier critical) of minReplicas 2 leaves no pod out; accepted: 50',
    ],
  ],
  [
    'one pod',
    'service: {name: a, port: 1, minReplicas: 1}',
    ['MESH011 1: /service/minReplicas: outlierDetection has no effect with minReplicas 1'],
  ],
  ['one pod, and nobody is left out', 'service: {name: a, port: 1, minReplicas: 1}\noutlierDetection: none', []],
  [
    'a hash that nothing is done with',
    'loadBalancing: {hash: {cookie: id}}',
    ['MESH015 2: /loadBalancing/hash: hash has no effect with algorithm least-request (defaults)'],
  ],
  [
    'POSTs after everything',
    'retries: {methods: all}',
    [
      'MESH004 2: /retries/methods: methods all repeats a POST after reset, 503, when the server may have done its work',
    ],
  ],
  [
    'but not where only GET comes',
    'routes: [{name: a, match: [{methods: [GET]}, {methods: [HEAD, GET]}], retries: {methods: all}}]',
    [],
  ],
  [
    'a route that one before it covers in part',
    'routes: [{name: a, match: [{path: {prefix: /a}}]}, {name: b, match: [{path: {exact: /ab}}, {path: {exact: /b}}]}]',
    ['MESH033 2: /routes/1/match/0: route b never gets these requests; route a before it takes them'],
  ],
  [
    'a route for everything before another',
    'routes: [{name: a}, {name: b, match: [{methods: [GET]}]}]',
    ['MESH033 2: /routes/1/match/0: route b never gets these requests; route a before it takes them'],
  ],
  [
    'two routes for everything',
    'routes: [{name: a}, {name: b}]',
    ['MESH033 2: /routes/1/name: route b never gets these requests; route a before it takes them'],
  ],
  [
    'routes that differ in a header',
    'routes: [{name: a, match: [{headers: {__proto__: "1"}}]}, {name: b, match: [{headers: {constructor: "1"}}]}]',
    [],
  ],
  [
    'a header that is there, before one with a value',
    'routes: [{name: a, match: [{headers: {x: {present: true}}}]}, {name: b, match: [{headers: {x: "1", y: "2"}, methods: [GET]}]}]',
    ['MESH033 2: /routes/1/match/0: route b never gets these requests; route a before it takes them'],
  ],
  [
    'a value before a header that is there',
    'routes: [{name: a, match: [{headers: {x: "1"}}]}, {name: b, match: [{headers: {x: {present: true}}}]}]',
    [],
  ],
  [
    'a fault in a route, without an environment',
    'routes: [{name: a, fault: {delay: {percent: 1, duration: 1s}}}]',
    ['MESH040 2: /routes/0/fault: is given without an environment; accepted: in dev, test and staging'],
  ],
  [
    'a fault in production',
    'environment: production\nfault: {delay: {percent: 1, duration: 1s}}\nroutes: [{name: a, timeout: 20s}]',
    ['MESH040 3: /fault: is given in production; accepted: in dev, test and staging'],
  ],
  [
    'a canary that is the service',
    'service: {name: catalog, port: 8080}\ncanary: {version: v2, service: catalog, weight: 10}',
    ['MESH030 2: /canary/service: canary service catalog is the service itself, so it gets all requests'],
  ],
  [
    'an origin without an end',
    'cors: {origins: ["^https://shop.example.com"]}',
    ['MESH041 2: /cors/origins/0: is not anchored; write it as ^...$'],
  ],
  [
    'every request logged',
    'service: {name: a, port: 1, tier: critical}\ntelemetry: {accessLog: all}',
    ['MESH042 2: /telemetry/accessLog: accessLog all for tier critical; accepted: errors, none'],
  ],
  ['the same in dev', 'environment: dev\nservice: {name: a, port: 1, tier: critical}\ntelemetry: {accessLog: all}', []],
  [
    'expressions of a canary',
    'canary: {version: v2, match: [{headers: {x-user: {regex: "^a|b$"}}}]}',
    [
      'MESH043 2: /canary/match/0/headers/x-user/regex: is anchored in a part of its alternatives only; write it as ^(...)$',
    ],
  ],
])('%s', (_, text, expected) => {
  expect(told(text)).toEqual(expected);
});

test('a limit on connections is judged by what the port speaks', () => {
  const values = (protocol: string, limits: string) =>
    `service: {name: a, port: 1, protocol: ${protocol}}\ncircuitBreaker: {maxConnections: 1, ${limits}}`;
  expect(broken(values('http', 'maxRequests: 1'), NOTHING_ELSE)).toEqual(['MESH021']);
  expect(broken(values('http2', 'maxPendingRequests: 1'), NOTHING_ELSE)).toEqual(['MESH021']);
  expect(broken(values('grpc', 'maxRequests: 1'), NOTHING_ELSE)).toEqual([]);
  expect(broken(values('tcp', ''), NOTHING_ELSE)).toEqual([]);
});
