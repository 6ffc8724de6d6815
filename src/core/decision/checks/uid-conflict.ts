import { containersOf } from '../../kubernetes/pod.ts';
import { SIDECAR_UID } from '../../sidecar/names.ts';
import type { Check } from '../subject.ts';

/** Does an application run as the sidecar’s user? The redirect lets that user’s traffic out past the sidecar. */
export const uidConflict: Check<'uid-conflict'> = ({ separated: { original }, profile }) => {
  if (profile.spec.capture === 'None') return undefined;
  const ofPod = original.spec.securityContext?.runAsUser;
  const problems = containersOf(original)
    .filter(({ container }) => (container.securityContext?.runAsUser ?? ofPod) === SIDECAR_UID)
    .map(({ container, path }) => ({
      path: `${path}/securityContext/runAsUser`,
      message: `the container ${container.name} runs as user ${SIDECAR_UID}`,
    }));
  return problems.length === 0 ? undefined : { reason: 'uid-conflict', rule: '', problems };
};
