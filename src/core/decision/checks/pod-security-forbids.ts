import { ownValue } from '../../kubernetes/pod.ts';
import { FORBIDDING_LEVELS, forbiddenFields, forbiddenSources } from '../../kubernetes/pod-security.ts';
import { partsOf } from '../../sidecar/rendering.ts';
import type { Check } from '../subject.ts';

export const POD_SECURITY_LABEL = 'pod-security.kubernetes.io/enforce';

/**
 * Would the API server refuse the injected pod for its namespace’s Pod Security level? What the author’s own containers say is
 * between him and the API server.
 */
export const podSecurityForbids: Check<'pod-security-forbids'> = ({ pod, namespace, rendering }) => {
  const level = ownValue(namespace.labels, POD_SECURITY_LABEL);
  if (level === undefined || !FORBIDDING_LEVELS.has(level)) return undefined;
  const { injection } = rendering();
  const inContainers = (['initContainers', 'containers'] as const).flatMap((list) =>
    partsOf(injection[list])
      .flatMap((container) => forbiddenFields(container, pod.spec.securityContext ?? {}, level))
      .map((forbidden) => ({ ...forbidden, list })),
  );
  const inVolumes = partsOf(injection.volumes)
    .flatMap((volume) => forbiddenSources(volume, level))
    .map((forbidden) => ({ ...forbidden, list: 'volumes' }));
  const problems = [...inContainers, ...inVolumes].map(({ list, of, field }) => ({
    path: `/spec/${list}`,
    message: `the level ${level} does not allow ${field} of ${of}`,
  }));
  return problems.length === 0 ? undefined : { reason: 'pod-security-forbids', rule: '/spec/profiles', problems };
};
