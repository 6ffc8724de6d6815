import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import { type ForeignConfiguration, overlappingInjectors } from '../../../core/registration/other-injectors.ts';
import { overlapSentence } from '../../registration/injector-lookout.ts';
import type { Check } from '../examine.ts';

/** Whether Istio's own injector selects the same pods. */
export const otherInjectors: Check = async (patient) => {
  const policy = await patient.policy().catch(() => undefined);
  if (policy === undefined) return [warning('cannot look: the policy is not known')];
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
};
