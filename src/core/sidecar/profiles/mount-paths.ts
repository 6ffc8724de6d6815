import { isObject } from '../../json/is-object.ts';
import type { Container } from '../../kubernetes/pod.ts';
import { TOKEN_DIRECTORY } from '../names.ts';

/** Where a container mounts volumes, but for the token that the API server mounts everywhere. */
export function mountPathsOf(container: Container): readonly string[] {
  const mounts: unknown = (container as { readonly volumeMounts?: unknown }).volumeMounts;
  if (!Array.isArray(mounts)) return [];
  return mounts
    .filter(isObject)
    .map(({ mountPath }) => String(mountPath))
    .filter((path) => path !== TOKEN_DIRECTORY);
}
