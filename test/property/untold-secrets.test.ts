import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failed } from '../../src/core/admission/fail.ts';
import type { Hook } from '../../src/core/admission/hook.ts';
import { gelfFields } from '../../src/telemetry/gelf.ts';
import { type Answered, answer, type Circumstances, NOW, patched, reviewOf } from '../core-fixtures/admissions.ts';
import { namespaceReview } from '../core-fixtures/namespace-changes.ts';
import {
  foundIn,
  type Planted,
  plantedObject,
  plantedPod,
  plantedReview,
  plantedWorkload,
} from '../core-fixtures/planted.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { workloadReview } from '../core-fixtures/workloads.ts';
import { creation } from './arbitraries/creation.ts';

/** Everything that leaves the process because of a review, but for the patch, which goes back to the object. */
function writtenOf({ record, review }: Answered): string {
  const { patch: _, ...response } = review.response;
  const gelf = record === undefined ? undefined : gelfFields(record, 'host');
  return JSON.stringify([record, gelf, response]);
}

function answered(body: unknown, circumstances: Circumstances): Answered {
  const admission = answer(body, circumstances);
  if (admission.kind === 'answered') return admission;
  throw new Error('a review of a test was not answered');
}

const told = (body: Json, { places }: { readonly places: readonly string[] }, circumstances: Circumstances): string[] =>
  foundIn(writtenOf(answered(body, circumstances)), places);

const within = (body: Json, planted: Planted) => plantedReview(body, planted);

// what a fault of the program says may quote anything
const broken = (pod: Json) => ({
  ...policyWith({ name: 'broken' }),
  profileFor: () => {
    throw new Error(`cannot read ${JSON.stringify(pod)}`);
  },
});

test('of a pod nothing is told that is not read: at its beginning, at its end, called again, and under policies in mode Shadow', () => {
  fc.assert(
    fc.property(creation, fc.boolean(), ({ pod, circumstances }, everywhere) => {
      const planted = plantedPod(pod, everywhere);
      const { body, places } = within(reviewOf(planted.object, 'first', circumstances.namespace), planted);
      const shadows = [broken(planted.object), policyWith({ name: 'other' })];
      const first = answered(body, { ...circumstances, shadows });
      expect(foundIn(writtenOf(first), places)).toEqual([]);
      const stored = patched(planted.object as PodJson, first);
      for (const hook of ['inject', 'warn'] as const) {
        const again = within(reviewOf(stored, 'second', circumstances.namespace), { object: stored, places });
        expect(told(again.body, again, { ...circumstances, shadows, hook })).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});

test('of a pod that carries somebody’s own status, or that of another injector, nothing of it is told but which record it names', () => {
  fc.assert(
    fc.property(creation, fc.constantFrom<Hook>('inject', 'warn'), ({ pod, circumstances }, hook) => {
      const planted = plantedPod(pod, false);
      const { metadata } = planted.object as PodJson;
      const status = JSON.stringify({ recordId: '0123456789abcdef', was: { annotations: { x: 's3cret-0-' } } });
      const marks = { 'pillion.io/status': status, 'sidecar.istio.io/status': '{"imagePullSecrets":["s3cret-0-"]}' };
      const object = {
        ...planted.object,
        metadata: { ...metadata, annotations: { ...metadata.annotations, ...marks } },
      };
      const { body, places } = within(reviewOf(object, 'first', circumstances.namespace), { ...planted, object });
      expect(told(body, { places }, { ...circumstances, hook })).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('of a pod with fields of other types nothing is told but their places', () => {
  fc.assert(
    fc.property(
      creation,
      fc.constantFrom('labels', 'annotations', 'ownerReferences'),
      fc.boolean(),
      ({ pod, circumstances }, field, inSpec) => {
        const planted = plantedPod(pod, false);
        const { metadata, spec } = planted.object as PodJson;
        const wrong = inSpec
          ? { spec: { ...spec, containers: spec.containers.map((one) => ({ ...one, ports: 's3cret-0-' })) } }
          : { metadata: { ...metadata, [field]: 's3cret-0-' } };
        const { body, places } = within(reviewOf({ ...planted.object, ...wrong }), {
          ...planted,
          object: { ...planted.object, ...wrong },
        });
        for (const hook of ['inject', 'warn'] as const)
          expect(told(body, { places }, { ...circumstances, hook })).toEqual([]);
      },
    ),
    { numRuns: 50 },
  );
});

test('of a workload nothing is told that is not read', () => {
  fc.assert(
    fc.property(
      creation,
      fc.constantFrom('Deployment' as const, 'CronJob' as const),
      ({ pod, circumstances }, kind) => {
        const planted = plantedWorkload(kind, pod);
        const { body, places } = within(workloadReview(planted.object), planted);
        expect(told(body, { places }, { ...circumstances, namespace: 'shop', hook: 'workloads' })).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
});

const OWN: Json = { apiVersion: 'pillion.io/v1alpha1', metadata: { name: 'default' }, spec: {} };
const about = (resource: string, group = ''): Json => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'first',
    operation: 'CREATE',
    resource: { group, version: 'v1', resource },
    namespace: 'shop',
    name: 'web',
    userInfo: { username: 'alice' },
  },
});

test.each<[string, Hook, Json, Json]>([
  [
    'a namespace',
    'namespaces',
    namespaceReview({ to: {} }),
    { kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
  ],
  [
    'a namespace with a label that means nothing',
    'namespaces',
    namespaceReview({ to: {} }),
    { kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enalbed' } } },
  ],
  [
    'a Service',
    'services',
    about('services'),
    {
      kind: 'Service',
      metadata: { name: 'web', annotations: { 'pillion.io/traffic': 'service: {name: web}\ntimeout: 10\n' } },
      spec: { ports: [{ port: 80 }] },
    },
  ],
  ['a policy', 'policies', about('injectionpolicies', 'pillion.io'), { ...OWN, kind: 'InjectionPolicy' }],
  ['a profile', 'policies', about('sidecarprofiles', 'pillion.io'), { ...OWN, kind: 'SidecarProfile' }],
  ['what is none of these', 'inject', about('configmaps'), { kind: 'ConfigMap', metadata: { name: 'web' }, data: {} }],
])('of %s nothing is told that is not read', (_, hook, review, object) => {
  const planted = plantedObject(object);
  for (const oldObject of [null, planted.object]) {
    const { body, places } = within(review, planted);
    const request = { ...(body.request as Json), operation: oldObject === null ? 'CREATE' : 'UPDATE', oldObject };
    expect(told({ ...body, request }, { places }, { hook })).toEqual([]);
  }
});

test('of a review that Pillion failed on nothing is told', () => {
  fc.assert(
    fc.property(creation, ({ pod, circumstances }) => {
      const planted = plantedPod(pod, false);
      const { body, places } = within(reviewOf(planted.object), planted);
      const { policy } = circumstances;
      if (policy === undefined) throw new Error('a creation has a policy');
      const call = { hook: 'inject', now: NOW, caller: 'Unauthenticated' } as const;
      const admission = failed(body, { policy, namespaces: new Map() }, call, 'internal-error', 'it failed');
      expect(admission.kind === 'answered' && foundIn(writtenOf(admission), places)).toEqual([]);
      expect(told(body, { places }, { policy, namespace: 'other' })).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
