import { SIDECAR_UID } from '../../sidecar/names.ts';
import { authorsContainersOf } from '../../sidecar/separate.ts';
import type { Check } from '../subject.ts';

/** Does an application run as the sidecar’s user? The redirect lets that user’s traffic out past the sidecar. */
export const uidConflict: Check<'uid-conflict'> = ({ pod, profile }) => {
  if (profile.spec.capture === 'None') return undefined;
  const ofPod = pod.spec.securityContext?.runAsUser;
  const problems = authorsContainersOf(pod)
    .filter(({ container }) => (container.securityContext?.runAsUser ?? ofPod) === SIDECAR_UID)
    .map(({ container, path }) => ({
      path: `${container.securityContext?.runAsUser == null ? '/spec' : path}/securityContext/runAsUser`,
      message: `the container ${container.name} runs as user ${SIDECAR_UID}`,
    }));
  return problems.length === 0 ? undefined : { reason: 'uid-conflict', rule: '', problems };
};
