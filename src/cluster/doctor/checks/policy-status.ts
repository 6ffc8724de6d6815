import { type Finding, ok, orOk, someOf, warning } from '../../../core/doctor/finding.ts';
import { ACTIVE_POLICY } from '../../../core/policy/policy-objects.ts';
import { standingConditions } from '../../policy-objects/written-status.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** What the replicas themselves have written about the objects of the policy: whether each is accepted and in force. */
export const policyStatus: Check = byPolicy(async (patient, policy) => {
  const standing = await patient.standing();
  const named = new Set(policy.spec.profiles.map(({ name }) => name));
  const counting = standing.filter(({ source: { kind, name } }) =>
    kind === 'InjectionPolicy' ? name === ACTIVE_POLICY : named.has(name),
  );
  if (counting.length === 0) return [ok('the built-in policy decides, which has no status')];
  const unsaid: string[] = [];
  const found: Finding[] = [];
  for (const object of counting) {
    const { kind, name } = object.source;
    const conditions = standingConditions(object);
    const next = `kubectl get ${kind.toLowerCase()} ${name} -o yaml`;
    const judged = conditions.filter(({ observedGeneration }) => observedGeneration === object.metadata.generation);
    if (judged.length === 0) unsaid.push(`${kind} ${name}`);
    for (const { type, status, message } of judged)
      if (status !== 'True') found.push(warning(`${kind} ${name} is not ${SAID[type] ?? type}: ${message}`, next));
  }
  if (unsaid.length > 0)
    found.push(
      warning(
        `no replica has judged what ${someOf(unsaid)} ${unsaid.length === 1 ? 'says' : 'say'} now`,
        `kubectl -n ${patient.namespace} logs deployment/${patient.installation} --tail=50`,
      ),
    );
  return orOk(
    found,
    `${someOf(counting.map(({ source: { kind, name } }) => `${kind} ${name}`))}: accepted and in force`,
  );
});

const SAID: Readonly<Record<string, string>> = { Accepted: 'accepted', InForce: 'in force' };
