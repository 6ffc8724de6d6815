import { type Finding, ok, orOk, someOf, warning } from '../../../core/doctor/finding.ts';
import { ACTIVE_POLICY } from '../../../core/policy/policy-objects.ts';
import { replicasOf } from '../../policy-objects/written-status.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** Whether every replica decides by the revision of the policy that stands, by what each writes into its status. */
export const revisions: Check = byPolicy(async (patient, policy) => {
  const active = (await patient.standing()).find(
    ({ source: { kind, name } }) => kind === 'InjectionPolicy' && name === ACTIVE_POLICY,
  );
  if (active === undefined) return [ok('the built-in policy decides, and replicas say nothing about it')];
  const told = replicasOf(active);
  const behind = told.filter(({ revision }) => revision !== policy.revision);
  const decideBy = [...new Set(behind.map(({ revision }) => revision))].sort();
  const next = `kubectl -n ${patient.namespace} logs ${behind[0]?.name} --tail=50`;
  const found: readonly Finding[] =
    behind.length === 0
      ? []
      : [
          warning(
            `${behind.length} of ${told.length} replicas decide by another revision than ${policy.revision}, which stands: ${someOf(behind.map(({ name }) => name))} by ${someOf(decideBy)}`,
            next,
          ),
        ];
  return orOk(found, `${told.length} replicas decide by revision ${policy.revision}`);
});
