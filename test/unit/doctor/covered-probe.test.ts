import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutStage } from '../../../src/core/api/rollout-plan.ts';
import { coveredProbe } from '../../../src/core/doctor/covered-probe.ts';
import { type LabelSelector, matcher } from '../../../src/core/kubernetes/label-selector.ts';
import { labelsMeeting } from '../../../src/core/kubernetes/meeting-labels.ts';
import { ENABLED, recorded } from '../../core-fixtures/admissions.ts';
import { type PolicyChanges, policyWith } from '../../core-fixtures/policies.ts';

const stage = (podSelector?: LabelSelector, more: Partial<RolloutStage> = {}): RolloutStage => ({
  name: 'one',
  namespaces: ['shop'],
  state: 'Open',
  ...(podSelector && { podSelector }),
  ...more,
});
const exclusion = (podSelector: LabelSelector) => ({ podSelector, reason: 'of the test', expires: '2027-01-31' });
const probeUnder = (stages: readonly RolloutStage[], spec: PolicyChanges['spec'] = {}) => {
  const policy = policyWith({ stages, spec: { ...spec, rollout: { enforce: 'Skip' } } });
  const shop = { name: 'shop', labels: ENABLED };
  return { policy, probe: coveredProbe(policy, shop) };
};

test.each<[string, RolloutStage[], PolicyChanges['spec'], object]>([
  ['without labels, where a stage covers all', [stage()], {}, {}],
  ['with those of the stage', [stage({ matchLabels: { app: 'batch' } })], {}, { app: 'batch' }],
  [
    'with a value for a label that has to be there',
    [
      stage({
        matchExpressions: [
          { key: 'team', operator: 'Exists' },
          { key: 'old', operator: 'DoesNotExist' },
        ],
      }),
    ],
    {},
    { team: 'pillion-doctor' },
  ],
  [
    'with those of a stage of which no exclusion takes it out again',
    [stage({ matchLabels: { app: 'a' } }), stage({ matchLabels: { app: 'b' } }, { name: 'two' })],
    { exclusions: [exclusion({ matchLabels: { app: 'a' } })] },
    { app: 'b' },
  ],
])('a pod is tried %s, and that one is injected', (_, stages, spec, labels) => {
  const { policy, probe } = probeUnder(stages, spec);
  expect(probe?.metadata.labels ?? {}).toEqual(labels);
  expect(recorded({ ...probe }, { policy })).toMatchObject({ verdict: 'inject', reason: 'opted-in' });
});

test('where each is excluded, and where no stage is open, there is none', () => {
  const excluded = { exclusions: [exclusion({ matchExpressions: [{ key: 'app', operator: 'Exists' }] })] };
  expect(probeUnder([stage({ matchLabels: { app: 'a' } })], excluded).probe).toBeUndefined();
  expect(probeUnder([stage({ matchLabels: { app: 'a' } }, { state: 'Closed' })]).probe).toBeUndefined();
});

test('whatever is asked of labels, those that are found have it', () => {
  const key = fc.constantFrom('a', 'b', '__proto__');
  const values = fc.uniqueArray(fc.constantFrom('x', 'y', 'pillion-doctor'), { minLength: 1 });
  const requirement = fc.oneof(
    fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
    fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values }),
  );
  fc.assert(
    fc.property(fc.array(requirement, { minLength: 1, maxLength: 5 }), (matchExpressions) => {
      const found = labelsMeeting({ matchExpressions });
      const tried = ['x', 'y', 'pillion-doctor', 'other', undefined];
      const possible = ['a', 'b', '__proto__'].every((name) => {
        const own = matchExpressions.filter((each) => each.key === name);
        return tried.some((value) =>
          matcher({ matchExpressions: own })(value === undefined ? {} : Object.fromEntries([[name, value]])),
        );
      });
      expect(found !== undefined).toBe(possible);
      if (found !== undefined) expect(matcher({ matchExpressions })(found)).toBe(true);
    }),
  );
});
