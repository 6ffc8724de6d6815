import { describe, expect, test } from '@jest/globals';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import type { TrafficServices } from '../../../src/core/traffic/traffic-services.ts';
import { answer } from '../../core-fixtures/admissions.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';
import { servicesOf } from '../../core-fixtures/traffic-services.ts';

const PROFILE = { features: ['Observability', 'Resilience'] } as const;
const resilient = (invalidValues: 'Warn' | 'Deny' | 'Audit' = 'Warn') =>
  policyWith({ spec: { traffic: { invalidValues } }, profile: { features: [...PROFILE.features] } });

/** The Service `inventory`, headless, with these traffic values as text. */
const service = (text?: string, spec: Json = {}, metadata: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'inventory',
    namespace: 'shop',
    annotations: { team: 'shop', ...(text === undefined ? {} : { 'pillion.io/traffic': text }) },
    ...metadata,
  },
  spec: { clusterIP: 'None', selector: { app: 'inventory' }, ports: [{ port: 8080, targetPort: 8080 }], ...spec },
});

interface Change {
  readonly to: Json;
  readonly from?: Json;
  readonly policy?: ActivePolicy;
  readonly services?: TrafficServices;
  readonly request?: Json;
}

function changed({ to, from, policy = resilient(), services, request = {} }: Change) {
  const resource = { group: '', version: 'v1', resource: 'services' };
  const whole = {
    ...{ uid: 'changed', resource, namespace: 'shop', name: 'inventory', userInfo: { username: 'alice' } },
    ...{ operation: from === undefined ? 'CREATE' : 'UPDATE', object: to, oldObject: from ?? null, ...request },
  };
  const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: whole };
  const namespaceLabels = { 'pillion.io/tribe': 'retail', 'istio-injection': 'enabled' };
  const admission = answer(body, { hook: 'services', policy, namespaceLabels, ...(services && { services }) });
  if (admission.kind !== 'answered' || admission.record === undefined) throw new Error('a review was not answered');
  const { record, review } = admission;
  return {
    record,
    allowed: review.response.allowed,
    warnings: review.response.warnings ?? [],
    response: review.response,
  };
}

const GOOD = 'service: {name: inventory, port: 8080}\n';
const BAD = `${GOOD}timeout: 10\nretries:\n  attempts: 99\n`;

describe('values that are accepted', () => {
  test('pass without a word, and the record says what stood there', () => {
    const { record, allowed, warnings } = changed({ to: service(GOOD) });
    expect([allowed, warnings]).toEqual([true, []]);
    expect(record).toMatchObject({
      ...{ hook: 'services', verdict: 'allow', reason: 'traffic-values-accepted', namespace: 'shop', user: 'alice' },
      ...{ tribe: 'retail', object: { kind: 'Service', name: 'inventory' }, hints: [], problems: [] },
      inputs: { serviceAnnotations: { 'pillion.io/traffic': GOOD } },
    });
    expect(Object.keys(record.inputs.serviceAnnotations ?? {})).toEqual(['pillion.io/traffic']);
  });

  test('and break a rule that only warns: the caller is told with the place, the number and what to do', () => {
    const text = `${GOOD}waivers:\n  - {rule: MESH010, reason: the fair of November, expires: "2026-11-30"}\n`;
    const { record, allowed, warnings } = changed({ to: service(text) });
    expect(allowed).toBe(true);
    expect(record.hints.map(({ code }) => code)).toEqual(['traffic-rule-broken']);
    expect(warnings).toEqual([
      expect.stringMatching(/^pillion: service\/inventory: \/waivers\/0.*: line 3:5: .*MESH090/),
    ]);
  });

  test('and cannot be done there: each is told', () => {
    const { record, warnings } = changed({ to: service(`${GOOD}tls: {mode: mesh}`, { clusterIP: '10.0.0.7' }) });
    expect(record.hints.map(({ code }) => code)).toEqual(Array(3).fill('traffic-value-left-out'));
    expect(warnings).toEqual([
      expect.stringContaining('service/inventory: /outlierDetection: no pod is left out: the Service has one address'),
      expect.stringContaining('service/inventory: /retries: the pod that failed may be tried again'),
      expect.stringContaining('service/inventory: /tls/mode: mode mesh: the plain Envoy has no certificates'),
    ]);
  });

  test('where no profile does anything with them, that is told, and nothing else of what is not done', () => {
    const { record, warnings } = changed({ to: service(GOOD, { clusterIP: '10.0.0.7' }), policy: BUILT_IN });
    expect(record.hints.map(({ code }) => code)).toEqual(['traffic-values-unused']);
    expect(warnings.join()).toContain('no profile of the policy has the feature Resilience');
  });
});

describe('values that are not accepted', () => {
  const places = ['/timeout: line 2:1: is 10; accepted: ', '/retries/attempts: line 4:3: is 99; it must be <= 5'];

  test('are warned of with every place, what stands there and what is accepted', () => {
    const { record, allowed, warnings } = changed({ to: service(BAD) });
    expect(allowed).toBe(true);
    expect(record).toMatchObject({ verdict: 'allow', reason: 'traffic-values-passed-over' });
    expect(record.rule).toBe('/spec/traffic/invalidValues');
    expect(record.hints.map(({ code }) => code)).toEqual(['traffic-values-refused']);
    expect(warnings).toEqual([
      'pillion: service/inventory: pillion.io/traffic is not accepted; nothing is done with its traffic until it is mended',
      ...places.map((place) => expect.stringContaining(`pillion: ${place}`)),
    ]);
  });

  test.each([
    ['the Service said it before', { from: service(GOOD) }],
    ['the watch knows it', { from: service(`${BAD} `), services: servicesOf({ inventory: {} }) }],
  ])('what counted before stays in use, which is told where %s', (_, change) => {
    const { warnings } = changed({ to: service(BAD), ...change });
    expect(warnings[0]).toContain('what it said before stays in use until it is mended');
  });

  test('are refused when the policy says so, with the same places', () => {
    const { record, allowed, response, warnings } = changed({ to: service(BAD), policy: resilient('Deny') });
    expect([allowed, warnings]).toEqual([false, []]);
    expect(record).toMatchObject({ verdict: 'deny', reason: 'traffic-values-invalid', hints: [] });
    for (const text of [...places, 'what counted before stays in use', `record ${record.recordId}`])
      expect(response.status?.message).toContain(text);
  });

  test('are recorded and nobody is told when the policy says so', () => {
    const { record, allowed, warnings } = changed({ to: service(BAD), policy: resilient('Audit') });
    expect([allowed, warnings]).toEqual([true, []]);
    expect(record.hints).toEqual([expect.objectContaining({ code: 'traffic-values-refused', auditOnly: true })]);
    expect(record.problems).toHaveLength(2);
  });

  test.each<[string, string, Json, string]>([
    ['no YAML', 'service: {name: [', {}, 'line 1:'],
    ['a rule that is an error', `${GOOD}cors: {origins: ["*"], credentials: true}`, {}, '(MESH041)'],
    [
      'another Service’s name',
      'service: {name: pricing, port: 8080}',
      {},
      'accepted here: inventory, the Service’s own',
    ],
    [
      'a port that the Service has not',
      'service: {name: inventory, port: 80}',
      {},
      'accepted here: a port of the Service: 8080',
    ],
    ['a Service without pods', GOOD, { type: 'ExternalName' }, 'stands on a Service of type ExternalName'],
  ])('%s is one of them', (_, text, spec, told) => {
    const { record, response } = changed({ to: service(text, spec), policy: resilient('Deny') });
    expect(record.reason).toBe('traffic-values-invalid');
    expect(response.status?.message).toContain(told);
  });

  test('who changes something else is warned of what stood there, and never refused for it', () => {
    const policy = resilient('Deny');
    const ports = { ports: [{ port: 8080, targetPort: 9090 }] };
    const other = changed({ from: service(BAD), to: service(BAD, ports), policy });
    expect([other.allowed, other.record.reason]).toEqual([true, 'traffic-values-passed-over']);
    expect(other.warnings).toHaveLength(3);
    // a change that makes them wrong is its author’s
    const own = changed({ from: service(GOOD), to: service(GOOD, { ports: [{ port: 9090 }] }), policy });
    expect([own.allowed, own.record.reason]).toEqual([false, 'traffic-values-invalid']);
  });

  test('with hundreds of mistakes are told in a handful of warnings, the record stays readable', () => {
    const routes = Array.from({ length: 60 }, () => ({ name: 'NOT A NAME', timeout: 5 }));
    const { record, warnings } = changed({ to: service(JSON.stringify({ service: 1, routes })) });
    expect(warnings.length).toBeLessThanOrEqual(12);
    expect(record.problems.length).toBeLessThanOrEqual(21);
  });
});

test.each<[string, Change, string]>([
  ['taking the values away', { from: service(BAD), to: service() }, 'traffic-values-removed'],
  ['a Service that says nothing', { from: service(), to: service() }, 'not-a-traffic-change'],
  ['its status', { to: service(BAD), request: { subResource: 'status' } }, 'not-a-traffic-change'],
  ['a deletion by the API server', { to: service(BAD), request: { operation: 'DELETE' } }, 'not-a-traffic-change'],
  [
    'the end of a deletion',
    { from: service(BAD, {}, { deletionTimestamp: '2026-11-03T09:59:59Z' }), to: service(BAD, { ports: [] }) },
    'service-under-deletion',
  ],
])('nothing stands in the way of %s', (_, change, reason) => {
  const { allowed, warnings, record } = changed({ ...change, policy: resilient('Deny') });
  expect([allowed, warnings, record.verdict, record.reason]).toEqual([true, [], 'allow', reason]);
});

test.each([[null], ['text'], [[]], [{ metadata: 2, spec: 1 }]])('%j is an answer, not a crash', (object) => {
  const { allowed, record } = changed({ to: {}, request: { object }, policy: resilient('Deny') });
  expect([allowed, record.verdict, record.reason]).toEqual([true, 'error', 'review-unsupported']);
});
