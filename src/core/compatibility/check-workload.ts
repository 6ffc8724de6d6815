import { subjectOf } from '../decision/subject.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { readPod } from '../kubernetes/pod.ts';
import type { WorkloadPod } from '../kubernetes/workload.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';
import { type Asked, type Compatibility, compatibilityOf, verdictOf } from './compatibility.ts';
import { examinedOf } from './examined.ts';
import { FIT018 } from './FIT018.ts';
import { type FitObject, objectName } from './fit-object.ts';
import { suppressionsOf } from './suppressions.ts';
import type { Surroundings } from './surroundings.ts';

/** What a workload is checked under. */
export interface CheckContext {
  readonly policy: ActivePolicy;
  readonly namespace: Namespace;
  readonly services: TrafficServices;
  readonly around: Surroundings;
}

/** The compatibility of a workload, with the profile that its pods would get. */
export interface WorkloadCompatibility extends Compatibility {
  readonly profile: string | undefined;
}

/**
 * Whether the pods of a workload get on with the sidecar that the policy would give them if they asked for one in a namespace that is enabled.
 * It renders as `admit` does, and asks the same checks.
 */
export function checkWorkload(
  made: WorkloadPod,
  workload: FitObject,
  { policy, namespace, services, around }: CheckContext,
  isAsked?: Asked,
): WorkloadCompatibility {
  const { template, templatePath } = made;
  const read = readPod(made.pod);
  if ('problems' in read) {
    const { code, severity, title, remedy } = FIT018;
    const findings = read.problems.map(({ path, message }) => ({
      ...{ code, severity, title, remedy, message: `is no pod: ${message}`, object: objectName(workload) },
      path: templatePath + path,
      ...workload.place?.(templatePath + path),
    }));
    return { profile: undefined, verdict: verdictOf(findings), findings };
  }
  // nothing is recorded, so no record needs a name
  const subject = subjectOf(read.pod, namespace, policy, '', true, services);
  const examined = examinedOf(subject, workload, templatePath, around);
  const suppressions = suppressionsOf(workload.value, template, templatePath);
  return { profile: subject.profile.name, ...compatibilityOf(examined, suppressions, isAsked) };
}
