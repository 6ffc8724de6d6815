import type { Pod } from '../kubernetes/pod.ts';
import { allContainersOf } from '../kubernetes/pod.ts';
import { NO_TOKEN_VOLUME, TOKEN_DIRECTORY } from './names.ts';

/** Empty, and mounted where the API server would otherwise put a token that the sidecar has no use for. */
export const NO_TOKEN = {
  // in memory, because the cluster autoscaler does not move pods that have local storage on disk (istio#19395)
  volume: { name: NO_TOKEN_VOLUME, emptyDir: { medium: 'Memory' } },
  mount: { name: NO_TOKEN_VOLUME, mountPath: TOKEN_DIRECTORY, readOnly: true },
} as const;

/**
 * Whether the API server gives this pod’s containers a ServiceAccount token. It would mount it into ours as well, after
 * us, and then call us a second time; the sidecar needs no token, so an empty directory takes its place.
 */
export const tokenIsMounted = (pod: Pod): boolean =>
  allContainersOf(pod).some(({ volumeMounts }) => volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_DIRECTORY));

/**
 * The same for a manifest that no API server has completed: its ServiceAccount plugin mounts a token unless the pod declines. The
 * ServiceAccount may decline as well, which a manifest does not tell; the empty directory then stands there for nothing.
 */
export const tokenWillBeMounted = ({ spec }: Pod): boolean => spec.automountServiceAccountToken !== false;

/** Whether an earlier injection put an empty directory in the place of the token. */
export const tokenIsHidden = ({ spec }: Pod): boolean =>
  (spec.volumes ?? []).some(({ name }) => name === NO_TOKEN_VOLUME);
