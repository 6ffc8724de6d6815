import { ok, problem, warning } from '../../../core/doctor/finding.ts';
import { problemLine } from '../../../core/problem/problem.ts';
import { ApiError, ClusterUnreachable } from '../../api-error.ts';
import type { Check } from '../examine.ts';

/** Whether the objects of the cluster make up a policy, and whether that leaves one of them out. */
export const policy: Check = async (patient) => {
  try {
    const { name, revision } = await patient.policy();
    const { leftOut } = await patient.objects();
    const decides = ok(`policy ${name}, revision ${revision}`);
    return [decides, ...leftOut.map((left) => warning(`left out of the policy: ${problemLine(left)}`, LOOK))];
  } catch (error) {
    if (error instanceof ApiError || error instanceof ClusterUnreachable) throw error;
    const says = `the policy is refused, so the one before it stays active: ${(error as Error).message}`;
    return [problem(says, 'kubectl edit injectionpolicy default')];
  }
};

const LOOK = 'kubectl get injectionpolicies,sidecarprofiles,rolloutplans';
