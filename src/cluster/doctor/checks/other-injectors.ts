import { ok, problem } from '../../../core/doctor/finding.ts';
import { type ForeignConfiguration, overlappingInjectors } from '../../../core/registration/other-injectors.ts';
import { overlapSentence } from '../../registration/injector-lookout.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** Whether Istio's own injector selects the same pods. */
export const otherInjectors: Check = byPolicy(async (patient, policy) => {
  const all = await patient.configurations();
  const mutating = all.filter(({ kind }) => kind === 'MutatingWebhookConfiguration');
  const overlaps = overlappingInjectors(mutating as readonly ForeignConfiguration[], policy);
  if (overlaps.length === 0) return [ok('no other injector selects the pods of Pillion')];
  return [
    problem(
      overlapSentence(overlaps),
      `kubectl get mutatingwebhookconfiguration ${overlaps[0]?.configuration} -o yaml`,
    ),
  ];
});
