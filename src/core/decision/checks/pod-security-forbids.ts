import { ownValue } from '../../kubernetes/pod.ts';
import { REDIRECT } from '../../sidecar/names.ts';
import type { Check } from '../subject.ts';

export const POD_SECURITY_LABEL = 'pod-security.kubernetes.io/enforce';

/** The levels that allow no added NET_ADMIN (Kubernetes, Pod Security Standards: baseline, and restricted above it). */
const FORBIDDING: ReadonlySet<string> = new Set(['baseline', 'restricted']);

/**
 * Would the API server refuse the injected pod for its namespace’s Pod Security level? The sidecar meets the strictest
 * level, so this asks about the redirect container only.
 */
export const podSecurityForbids: Check<'pod-security-forbids'> = ({ namespace, profile }) => {
  const level = ownValue(namespace.labels, POD_SECURITY_LABEL);
  if (profile.spec.capture === 'None' || level === undefined || !FORBIDDING.has(level)) return undefined;
  const problem = {
    path: '/spec/initContainers',
    message: `the level ${level} does not allow securityContext.capabilities.add NET_ADMIN of ${REDIRECT}`,
  };
  return { reason: 'pod-security-forbids', rule: '/spec/profiles', problems: [problem] };
};
