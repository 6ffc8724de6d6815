import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { admit } from '../../src/core/admission/admit.ts';
import { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { readService } from '../../src/core/kubernetes/service.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../src/core/traffic/defaults.generated.ts';
import { readTrafficService } from '../../src/core/traffic/traffic-service.ts';
import { NOW } from '../core-fixtures/admissions.ts';
import { calledHooks } from '../core-fixtures/matching-hooks.ts';
import type { Json } from '../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../core-fixtures/policies.ts';
import { asJson, text } from './arbitraries/json.ts';
import { trafficValues } from './arbitraries/traffic-values.ts';

const recordSchema = Compile(DecisionRecord);
const company = BUILT_IN_TRAFFIC_DEFAULTS;
const judge = { company, today: '2026-11-03' };

const action = fc.constantFrom<'Warn' | 'Deny' | 'Audit'>('Warn', 'Deny', 'Audit');
const features = fc.constantFrom<('Observability' | 'Resilience')[]>(['Observability'], ['Resilience']);
const policy = fc
  .tuple(action, features)
  .map(([invalidValues, on]) => policyWith({ spec: { traffic: { invalidValues } }, profile: { features: on } }));

const smallest = { service: { name: 'web', port: 80 } };
/** What a Service says: nothing, values that fit it, values that do not, and texts of any kind. */
const said = fc.oneof(
  // often enough that of 400 changes each outcome is surely among them
  { weight: 4, arbitrary: fc.constantFrom(undefined, JSON.stringify(smallest), 'service: {name: web, port: 80}') },
  trafficValues.map((values) => JSON.stringify({ ...values, service: { ...values.service, ...smallest.service } })),
  trafficValues.map((values) => JSON.stringify(values)),
  text,
  fc.constantFrom('x', '鍵', '\u0000', '[', '{').map((letter) => letter.repeat(20_000)),
);
const spec = fc
  .record(
    {
      type: fc.constantFrom('ClusterIP', 'ExternalName'),
      clusterIP: fc.constantFrom('None', '10.0.0.1'),
      selector: fc.constant({ app: 'web' }),
      ports: fc.constantFrom([], [{ port: 80 }], [{ port: 80, targetPort: 'http' }], [{ port: 81 }]),
      externalName: fc.constantFrom('a.example', 'b.example'),
    },
    { requiredKeys: [] },
  )
  .map(asJson);
const state = fc.tuple(said, spec, text).map(([values, ofSpec, note]) => ({
  metadata: { name: 'web', annotations: { note, ...(values === undefined ? {} : { 'pillion.io/traffic': values }) } },
  spec: ofSpec,
}));

function judgement(object: (typeof state extends fc.Arbitrary<infer T> ? T : never) | undefined) {
  const read = readService(object);
  const values = object?.metadata.annotations['pillion.io/traffic'];
  if (!('service' in read) || values === undefined) return undefined;
  return readTrafficService(read.service, 'shop', values, judge);
}

test('whatever a Service says, it passes when the watch takes it, and its answer keeps every limit', () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(state, fc.option(state, { nil: undefined }), policy, fc.boolean(), (object, old, active, keeps) => {
      const before = old && keeps ? { ...object, spec: old.spec } : old;
      const request = {
        ...{ uid: 'changed', resource: { group: '', version: 'v1', resource: 'services' }, namespace: 'shop' },
        ...{ name: 'web', operation: before === undefined ? 'CREATE' : 'UPDATE', object, oldObject: before ?? null },
      };
      const admission = admit(
        { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request },
        { policy: active, namespaces: new Map() },
        { hook: 'services', now: NOW, caller: 'Unauthenticated' },
      );
      if (admission.kind !== 'answered') throw new Error('a review was not answered');
      const { record, review } = admission;
      const { allowed, warnings = [], auditAnnotations = {} } = review.response;
      const read = judgement(object);
      const refused = read !== undefined && 'problems' in read;
      const standing = judgement(before);
      const same =
        before?.metadata.annotations['pillion.io/traffic'] === object.metadata.annotations['pillion.io/traffic'];
      const wasRefused = same && standing !== undefined && 'problems' in standing;
      expect(allowed).toBe(!(refused && active.spec.traffic.invalidValues === 'Deny' && !wasRefused));
      expect(warnings.some((warning) => warning.includes('is not accepted'))).toBe(
        refused && allowed && active.spec.traffic.invalidValues !== 'Audit',
      );
      expect([...recordSchema.Errors(record)]).toEqual([]);
      expect(Buffer.byteLength(Object.entries(auditAnnotations).flat().join(''))).toBeLessThanOrEqual(4096);
      expect(warnings.length).toBeLessThanOrEqual(12);
      for (const warning of warnings) {
        expect(warning.length).toBeLessThanOrEqual(256);
        expect(warning).not.toMatch(/\p{Cc}/u);
      }
      seen[admission.reason] = (seen[admission.reason] ?? 0) + 1;
    }),
    { numRuns: 400 },
  );
  for (const reason of ['accepted', 'passed-over', 'removed', 'invalid'])
    expect(seen[`traffic-values-${reason}`]).toBeGreaterThan(5);
});

test('where nobody is asked about a change, the Service is judged as before', () => {
  let unasked = 0;
  fc.assert(
    fc.property(state, state, fc.boolean(), (object, old, keeps) => {
      const before = keeps ? { metadata: object.metadata, spec: old.spec } : old;
      const request = { resource: 'services', object: object as Json, oldObject: before as Json };
      const hooks = calledHooks(BUILT_IN, 'pillion-services', { ...request, namespace: { name: 'shop', labels: {} } });
      fc.pre(hooks.length === 0);
      unasked += 1;
      expect(judgement(object)).toEqual(judgement(before));
    }),
    { numRuns: 200 },
  );
  expect(unasked).toBeGreaterThan(20);
});
