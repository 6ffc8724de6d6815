import { authorsContainersOf } from '../../sidecar/separate.ts';
import type { Check } from '../subject.ts';

/** Does an application run as the sidecar’s user? The redirect lets that user’s traffic out past the sidecar. */
export const uidConflict: Check<'uid-conflict'> = ({ pod, profile, rendering }) => {
  const { exemptUser } = rendering();
  if (exemptUser === undefined) return undefined;
  const ofPod = pod.spec.securityContext?.runAsUser;
  const problems = authorsContainersOf(pod, profile.own)
    .filter(({ container }) => (container.securityContext?.runAsUser ?? ofPod) === exemptUser)
    .map(({ container, path }) => ({
      path: `${container.securityContext?.runAsUser == null ? '/spec' : path}/securityContext/runAsUser`,
      message: `the container ${container.name} runs as user ${exemptUser}`,
    }));
  return problems.length === 0 ? undefined : { reason: 'uid-conflict', rule: '', problems };
};
