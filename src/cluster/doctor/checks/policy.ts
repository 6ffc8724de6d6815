import { ok, problem } from '../../../core/doctor/finding.ts';
import { ApiError, ClusterUnreachable } from '../../api-error.ts';
import type { Check } from '../examine.ts';

/** Whether the policy of the installation can be read as one. */
export const policy: Check = async (patient) => {
  try {
    const { name, revision } = await patient.policy();
    return [ok(`policy ${name}, revision ${revision}`)];
  } catch (error) {
    if (error instanceof ApiError || error instanceof ClusterUnreachable) throw error;
    const { namespace, installation } = patient;
    const says = `the policy is refused, so the one before it stays active: ${(error as Error).message}`;
    return [problem(says, `kubectl -n ${namespace} edit configmap ${installation}-policy`)];
  }
};
