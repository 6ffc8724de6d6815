import { namespaceAnswer } from '../../../core/decision/opt-in/rules.ts';
import { ok, someOf, warning } from '../../../core/doctor/finding.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** How many namespaces opted in, and which of them may not. */
export const namespaces: Check = byPolicy(async (patient, policy) => {
  const { optIn } = policy.spec;
  const all = await patient.namespaces();
  const open = all.filter(({ labels }) => namespaceAnswer(labels, optIn) === undefined).map(({ name }) => name);
  const isProtected = (name: string) => policy.protectedNamespaces.has(name);
  const counted = ok(`${open.filter((name) => !isProtected(name)).length} of ${all.length} namespaces opted in`);
  const vain = open.filter(isProtected);
  const unlabel = (name: string | undefined) => `kubectl label namespace ${name} ${optIn.namespaceLabel.key}-`;
  return [
    counted,
    ...(vain.length === 0
      ? []
      : [warning(`opted in, and protected, so never injected: ${someOf(vain)}`, unlabel(vain[0]))]),
  ];
});
