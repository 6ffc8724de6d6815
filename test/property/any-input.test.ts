import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { Compile } from 'typebox/compile';
import { namespaceToRead } from '../../src/core/admission/admit.ts';
import type { Hook } from '../../src/core/admission/hook.ts';
import { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { podOfWorkload } from '../../src/core/kubernetes/workload.ts';
import { answer, type Circumstances, NOW, reviewOf } from '../core-fixtures/admissions.ts';
import { type Json, MARK } from '../core-fixtures/pods.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';
import { creation } from './arbitraries/creation.ts';
import { asJson, oddKey, text } from './arbitraries/json.ts';

const recordSchema = Compile(DecisionRecord);
const hook = fc.constantFrom<Hook>('inject', 'warn');
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom({ toString: 1 }, { toJSON: 1, length: 3 }));

/** A review in which any values have been replaced, at any depth. */
const damagedReview = fc
  .record({ creation, uid: text, damage: fc.array(fc.tuple(fc.nat(), anyJson, fc.option(oddKey)), { maxLength: 4 }) })
  .map(({ creation: { pod, namespace, circumstances }, uid, damage }) => {
    const body = asJson(reviewOf(pod, uid, namespace.name));
    for (const [at, value, key] of damage) {
      const paths = pathsOf(body).slice(1);
      const path = paths[at % paths.length] ?? '';
      const replaced = key === null ? value : { ...(value as object), [key]: value };
      jsonPatch.applyPatch(body, [{ op: 'replace', path, value: asJson(replaced) }], false, true, false);
    }
    return { body, circumstances };
  });

function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, nested]) =>
    pathsOf(nested, `${path}/${jsonPatch.escapePathComponent(key)}`),
  );
  return [path, ...below];
}

const uidOf = (body: unknown): unknown => {
  const { apiVersion, kind, request } = (body ?? {}) as Json;
  const uid = (request as Json | null | undefined)?.uid;
  const addressed = typeof apiVersion === 'string' && kind === 'AdmissionReview' && !Array.isArray(request);
  return addressed && typeof uid === 'string' && uid !== '' && [...uid].length <= 256 ? uid : undefined;
};

function check(body: unknown, circumstances: Circumstances, hook: Hook): void {
  const admission = answer(body, { ...circumstances, hook });
  expect(admission.kind === 'answered' ? admission.review.response.uid : undefined).toBe(uidOf(body));
  if (admission.kind === 'unanswerable') {
    expect(admission.problems).not.toHaveLength(0);
    return;
  }
  const { response } = admission.review;
  expect(response.allowed || hook === 'inject').toBe(true);
  expect(response.allowed).toBe(response.status === undefined);
  if (admission.record !== undefined) {
    expect([...recordSchema.Errors(admission.record)]).toEqual([]);
    expect(admission.record).toMatchObject({ verdict: admission.verdict, reason: admission.reason });
    expect(admission.record.time).toBe(NOW.toISOString());
  }
  const audit = Object.entries(response.auditAnnotations ?? {});
  expect(audit.filter(([key]) => key.includes('/'))).toEqual([]);
  expect(Buffer.byteLength(audit.flat().join(''))).toBeLessThanOrEqual(4096);
  for (const warning of response.warnings ?? []) {
    expect(warning.length).toBeLessThanOrEqual(256);
    // the API server drops a warning with control characters
    expect(warning).not.toMatch(/\p{Cc}/u);
  }
}

test('any JSON value is answered when it has a uid, and never throws', () => {
  fc.assert(
    fc.property(anyJson, hook, (body, hook) => check(body, {}, hook)),
    { numRuns: 300 },
  );
});

test('a review with any part replaced is answered in full', () => {
  fc.assert(
    fc.property(damagedReview, hook, ({ body, circumstances }, hook) => check(body, circumstances, hook)),
    { numRuns: 800 },
  );
});

test('values far larger than Kubernetes allows are answered within the same limits', () => {
  const place = fc.constantFrom(
    '/metadata/name',
    '/metadata/generateName',
    '/metadata/annotations/x',
    '/spec/nodeName',
  );
  const filling = fc.constantFrom('x', '鍵', '🔑', '\u0000', '"', '\u0085').map((letter) => letter.repeat(20_000));
  const key = fc.constantFrom(
    'sidecar.istio.io/inject',
    'sidecar.istio.io/logLevel',
    'sidecar.istio.io/proxyCPU',
    'istio.io/rev',
  );
  fc.assert(
    fc.property(creation, hook, fc.array(key), place, filling, ({ pod, circumstances }, hook, keys, path, value) => {
      const large = Object.fromEntries(keys.map((key) => [key, value]));
      const { annotations, labels, ...metadata } = pod.metadata;
      const filled = {
        ...pod,
        metadata: {
          ...metadata,
          annotations: { ...annotations, x: '', ...large },
          labels: { ...labels, ...large },
          ownerReferences: [{ apiVersion: 'v1', kind: value, name: value, controller: true }],
        },
      };
      const { newDocument } = jsonPatch.applyOperation(filled, { op: 'add', path, value }, false, false);
      check(reviewOf(newDocument, 'first', circumstances.namespace), circumstances, hook);
    }),
    { numRuns: 150 },
  );
});

test('nesting far deeper than a call stack is answered', () => {
  const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  const places: Json[] = [
    deep,
    { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { uid: 'first', userInfo: deep } },
    reviewOf({ metadata: deep, spec: {} }),
    reviewOf({
      metadata: { annotations: { [MARK]: 'true' } },
      spec: { containers: [{ name: 'web', args: deep }], deep },
    }),
    reviewOf({
      metadata: { annotations: { [MARK]: 'true' } },
      spec: {
        containers: [{ name: 'web' }, { name: 'istio-proxy', resources: { requests: { cpu: deep }, claims: deep } }],
      },
    }),
  ];
  for (const body of places) for (const hook of ['inject', 'warn'] as const) check(body, {}, hook);
});

test('whatever the body, the namespace to read is a name or nothing', () => {
  const snapshot = { policy: BUILT_IN, namespaces: new Map() };
  fc.assert(
    fc.property(fc.oneof(anyJson, damagedReview), (body) => {
      const name = namespaceToRead(body, snapshot, 'inject');
      expect(['string', 'undefined']).toContain(typeof name);
    }),
  );
});

test('a workload of any shape gives a pod or nothing', () => {
  const kind = fc.constantFrom('Pod', 'Deployment', 'StatefulSet', 'Job', 'CronJob', 'DaemonSet', 'Other');
  const document = fc.record(
    {
      kind,
      apiVersion: anyJson,
      metadata: fc.oneof(
        anyJson,
        fc.record({ name: anyJson, generateName: anyJson, labels: anyJson }, { requiredKeys: [] }),
      ),
      spec: fc.oneof(
        anyJson,
        fc.record({ template: anyJson, jobTemplate: fc.record({ spec: fc.record({ template: anyJson }) }) }),
      ),
    },
    { requiredKeys: ['kind'] },
  );
  fc.assert(
    fc.property(document, (value) => {
      const workload = podOfWorkload(value);
      if (workload !== undefined) expect(typeof workload.name).toBe('string');
    }),
    { numRuns: 300 },
  );
});
