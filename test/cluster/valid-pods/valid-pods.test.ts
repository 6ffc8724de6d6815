import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import type { PodJson } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { testCluster } from '../test-cluster.ts';
import { authoredPod } from './authored-pods.ts';
import { profileChanges } from './profiles.ts';

const NAMESPACE = 'plain';
const SEED = 20_261_103;
const PODS = 400;

const cluster = testCluster({ [NAMESPACE]: {} });

const created = (pod: object) => cluster.api.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`, pod);

/** The pod as a webhook is asked about it: completed by the API server, not yet stored. */
function asAsked({ status: _, metadata, ...rest }: Record<string, unknown>): PodJson {
  const {
    uid: __,
    creationTimestamp: ___,
    managedFields: ____,
    generation: _____,
    ...known
  } = metadata as Record<string, unknown>;
  return { ...rest, metadata: known } as unknown as PodJson;
}

test('whatever a pod that the API server takes asks for, it takes the pod with the sidecar, or we say why not', async () => {
  const verdicts = new Map<string, number>();
  process.stderr.write(`valid pods: seed ${SEED}\n`);
  await cluster.controlPlane.waitForServiceAccount(NAMESPACE);
  await fc.assert(
    fc.asyncProperty(authoredPod, profileChanges, async (pod, changes) => {
      const plain = await created(pod);
      fc.pre(plain.status === 201);
      const asked = asAsked(plain.body);
      const answer = admitted(asked, { policy: policyWith(changes), namespace: NAMESPACE });
      verdicts.set(answer.verdict, (verdicts.get(answer.verdict) ?? 0) + 1);
      if (answer.verdict === 'deny') {
        expect(answer.record?.problems.length).toBeGreaterThan(0);
        return;
      }
      expect(answer.verdict).toBe('inject');
      const { status, body } = await created(patched(asked, answer));
      expect([status, body.message]).toEqual([201, undefined]);
    }),
    { seed: SEED, numRuns: PODS, maxSkipsPerRun: 20 },
  );
  expect(verdicts.get('inject')).toBeGreaterThan(PODS / 3);
});
