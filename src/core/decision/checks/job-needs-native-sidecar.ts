import { ownerOf } from '../../kubernetes/owner.ts';
import type { Check } from '../subject.ts';

/** Would a Job wait for ever for a sidecar that never ends? */
export const jobNeedsNativeSidecar: Check<'job-needs-native-sidecar'> = ({ pod, rendering }) => {
  const owner = ownerOf(pod);
  if (owner?.kind !== 'Job' && owner?.kind !== 'CronJob') return undefined;
  if (!rendering().outlivesJobs) return undefined;
  const problem = { path: '/metadata/ownerReferences', message: `the owner is the ${owner.kind} ${owner.name}` };
  return { reason: 'job-needs-native-sidecar', rule: '/spec/profiles', problems: [problem] };
};
