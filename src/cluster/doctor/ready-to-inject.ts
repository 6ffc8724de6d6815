import { dryRunPod } from './checks/dry-run-pod.ts';
import { policy } from './checks/policy.ts';
import { Patient, type PatientOptions } from './patient.ts';

/**
 * What keeps pods that ask from getting their sidecar now: a policy that is refused, or a webhook that does not answer. A pod is tried out by
 * a dry run, which leaves nothing behind.
 * @returns sentences; none when a pod gets its sidecar
 * @throws ClusterUnreachable, TimeoutError, ApiError when it may not look
 */
export async function notReadyToInject(options: PatientOptions): Promise<readonly string[]> {
  const patient = new Patient(options);
  const refused = (await policy(patient)).filter(({ grade }) => grade === 'problem');
  const found = refused.length > 0 ? refused : (await dryRunPod(patient)).filter(({ grade }) => grade !== 'ok');
  return found.map(({ says }) => says);
}
