import { POD_SECURITY_LABEL } from '../../../core/decision/checks/pod-security-forbids.ts';
import { decide } from '../../../core/decision/decide.ts';
import { subjectOf } from '../../../core/decision/subject.ts';
import { type Finding, orOk, problem } from '../../../core/doctor/finding.ts';
import { probePod } from '../../../core/doctor/probe-pod.ts';
import { problemLine } from '../../../core/problem/problem.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** Whether the Pod Security level that each namespace enforces allows the sidecar as it is rendered. */
export const podSecurity: Check = byPolicy(async (patient, policy) => {
  const open = await patient.open();
  const found = open.flatMap((namespace): readonly Finding[] => {
    const { verdict, reason, ...more } = decide(subjectOf(probePod(policy.spec.optIn.podKey), namespace, policy, ''));
    if (verdict !== 'deny' || reason !== 'pod-security-forbids') return [];
    const { name, labels } = namespace;
    const why = 'problems' in more && more.problems ? `: ${more.problems.slice(0, 2).map(problemLine).join('; ')}` : '';
    return [
      problem(
        `namespace ${name} enforces ${labels[POD_SECURITY_LABEL]}, which forbids the sidecar${why}`,
        `kubectl label namespace ${name} ${POD_SECURITY_LABEL}=privileged --overwrite`,
      ),
    ];
  });
  return orOk(
    found,
    open.length === 1
      ? 'the level of 1 namespace allows the sidecar'
      : `the levels of ${open.length} namespaces allow the sidecar`,
  );
});
