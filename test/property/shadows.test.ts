import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reviewText } from '../../src/core/admission/respond.ts';
import { reviewOfPodCreation } from '../../src/core/admission/review-of.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { type Answered, admitted, answer, patched } from '../core-fixtures/admissions.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { workloadReview } from '../core-fixtures/workloads.ts';
import { creation } from './arbitraries/creation.ts';
import { policyChanges } from './arbitraries/policies.ts';

const shadow = policyChanges.map((changes) => policyWith({ ...changes, name: 'shadow' }));
const broken: ActivePolicy = {
  ...policyWith({ name: 'broken' }),
  profileFor: () => {
    throw new Error('of the test');
  },
};
const shadows = fc.array(fc.oneof({ weight: 5, arbitrary: shadow }, { weight: 1, arbitrary: fc.constant(broken) }), {
  minLength: 1,
  maxLength: 3,
});

/** The record without what policies in mode Shadow say. */
const withoutShadows = (record: DecisionRecord | undefined) => {
  const { shadows: _, ...others } = record ?? {};
  return others;
};

test('an answer has the same bytes with policies in mode Shadow as without them', () => {
  const hook = fc.constantFrom('inject' as const, 'warn' as const, 'workloads' as const);
  fc.assert(
    fc.property(creation, shadows, hook, fc.boolean(), ({ pod, circumstances }, shadows, hook, injected) => {
      const object = injected ? patched(pod, admitted(pod, circumstances)) : pod;
      const { namespace = '' } = circumstances;
      const body =
        hook === 'workloads'
          ? workloadReview(object)
          : reviewOfPodCreation(object, { uid: 'first', namespace, user: '', dryRun: false });
      const [without, beside] = [{}, { shadows }].map((more) => answer(body, { ...circumstances, hook, ...more }));
      if (without?.kind !== 'answered' || beside?.kind !== 'answered') throw new Error('a review was not answered');
      expect(reviewText(beside.review)).toBe(reviewText(without.review));
      expect(withoutShadows(beside.record)).toEqual(withoutShadows(without.record));
    }),
    { numRuns: 150 },
  );
});

test('what is told of a policy in mode Shadow is what it decides when it is the active one', () => {
  fc.assert(
    fc.property(creation, shadow, ({ pod, circumstances }, policy) => {
      const beside = admitted(pod, { ...circumstances, shadows: [policy] });
      // a second call of the same pod is not counted again
      if (beside.shadows === undefined) return;
      const active = admitted(pod, { ...circumstances, policy });
      expect(decisionOf(beside)).toEqual(outcomeOf(active));
    }),
    { numRuns: 150 },
  );
});

test('at the end of a creation the same is told as at its beginning', () => {
  fc.assert(
    fc.property(creation, shadow, ({ pod, circumstances }, policy) => {
      const at = { ...circumstances, shadows: [policy] };
      // which image it named is not known any more when it is the sidecar
      fc.pre(!pod.spec.containers.some(({ name, image }) => name === 'istio-proxy' && image !== undefined));
      const first = admitted(pod, at);
      if (first.verdict !== 'inject') return;
      const { record } = admitted(patched(pod, first), { ...at, hook: 'warn' });
      const told = record?.shadows?.map(({ against: _, ...others }) => others);
      expect(told).toEqual(first.record?.shadows);
    }),
    { numRuns: 150 },
  );
});

const outcomeOf = ({ record }: Answered) => ({ verdict: record?.verdict, reason: record?.reason });
const decisionOf = ({ record, shadows = [] }: Answered) => {
  expect(record?.shadows?.length ?? 0).toBe(shadows[0]?.result === 'same' ? 0 : 1);
  return shadows[0]?.after;
};
