import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { KNOWN_ANNOTATIONS } from '../../src/core/sidecar/profiles/known-annotations.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import { fallbackPatches } from '../core-fixtures/evaluated-fallback.ts';
import type { Json, PodJson } from '../core-fixtures/pods.ts';
import { type Creation, creation } from './arbitraries/creation.ts';

/** Where the webhook refuses for one of these, the API server itself refuses what comes of it. */
const BY_API_SERVER = ['pod-security-forbids', 'rendered-pod-invalid'];

const uid = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'a0a0a0a0-0000-4000-8000-000000000000'),
  },
  { weight: 1, arbitrary: fc.constantFrom('1', '6ba7b810-9dad-11d1-80b4-00c04fd430c8') },
);

/** The pod with this uid in the place of its controllers’. */
const ownedUnder = (pod: PodJson, controller: string): PodJson => {
  const owners = pod.metadata.ownerReferences as readonly Json[] | null | undefined;
  if (!owners) return pod;
  return {
    ...pod,
    metadata: { ...pod.metadata, ownerReferences: owners.map((owner) => ({ ...owner, uid: controller })) },
  };
};

/** Most pods of this kind are left alone for one of many things; this one asks, and has less of them. */
function calmed(pod: PodJson, { policy }: Creation): PodJson {
  const { podKey } = policy.spec.optIn;
  const annotations = Object.entries(pod.metadata.annotations ?? {}).filter(([key]) => !KNOWN_ANNOTATIONS.has(key));
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d9', uid: '1', controller: true };
  const withoutTcp = (list: readonly Json[]) =>
    list.map((one) =>
      Object.fromEntries(Object.entries(one).filter(([, value]) => !JSON.stringify(value ?? '').includes('tcpSocket'))),
    );
  const { containers, initContainers } = pod.spec;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { ...pod.metadata.labels, [podKey]: 'true' },
      annotations: Object.fromEntries(annotations),
      ownerReferences: pod.metadata.ownerReferences ?? [owner],
    },
    spec: {
      ...pod.spec,
      containers: withoutTcp(containers),
      ...(initContainers ? { initContainers: withoutTcp(initContainers) } : {}),
    },
  };
}

/** An injected pod without what may differ: the id of its record, and what CEL cannot compute. */
function comparable(pod: PodJson): unknown {
  const { [ANNOTATIONS.status]: text = '{}', ...annotations } = pod.metadata.annotations ?? {};
  const { recordId, specDigest: _, madeBy: __, ...status } = JSON.parse(text);
  const whole = JSON.stringify({ ...pod, metadata: { ...pod.metadata, annotations }, status });
  return JSON.parse(whole.replaceAll(String(recordId), 'RECORD'));
}

test('what the fallback does to a pod, the webhook would have done, and has nothing to add; it does nothing to other pods', () => {
  const seen = { same: 0, leftAlone: 0, skipped: 0, denied: 0 };
  fc.assert(
    fc.property(creation, uid, fc.boolean(), (created, controller, calm) => {
      const { namespace, policy, circumstances } = created;
      const pod = ownedUnder(calm ? calmed(created.pod, created) : created.pod, controller);
      const { answer, verdict, reason } = decided(pod, circumstances);
      const patches = [...fallbackPatches(policy, { resource: 'pods', object: pod, namespace }).values()];
      expect(patches.length).toBeLessThanOrEqual(1);
      const [operations] = patches;
      if (operations === undefined) {
        seen[verdict === 'inject' ? 'leftAlone' : verdict === 'skip' ? 'skipped' : 'denied'] += 1;
        return;
      }
      if (verdict !== 'inject') {
        expect([verdict, BY_API_SERVER]).toEqual(['deny', expect.arrayContaining([reason])]);
        return;
      }
      const made = jsonPatch.applyPatch(structuredClone(pod), operations as Operation[], true).newDocument;
      expect(comparable(made)).toEqual(comparable(patched(pod, answer)));
      expect(fallbackPatches(policy, { resource: 'pods', object: made, namespace }).size).toBe(0);
      expect(decided(made, circumstances)).toMatchObject({ verdict: 'skip', reason: 'already-injected' });
      seen.same += 1;
    }),
    { numRuns: 600 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
});

function decided(pod: PodJson, circumstances: Creation['circumstances']) {
  const answer = admitted(pod, circumstances);
  return { answer, verdict: answer.verdict, reason: answer.reason };
}
