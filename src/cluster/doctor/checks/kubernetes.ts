import { ok, problem } from '../../../core/doctor/finding.ts';
import { tooOld } from '../../../core/kubernetes/oldest.ts';
import { kubernetesVersion } from '../../kubernetes-version.ts';
import type { Check } from '../examine.ts';

/** Whether the API server is new enough. */
export const kubernetes: Check = async ({ transport }) => {
  const version = await kubernetesVersion(transport);
  const objection = version && tooOld(version);
  if (objection !== undefined) return [problem(objection, 'kubectl version')];
  return [ok(`the API server is Kubernetes ${version?.gitVersion ?? 'of an unknown version'}`)];
};
