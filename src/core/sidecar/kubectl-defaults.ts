import { annotationsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { ANNOTATIONS } from './names.ts';

/**
 * The annotations by which `kubectl logs` and `kubectl exec` go to the application and not to the sidecar: its first container,
 * unless its author says so himself.
 */
export function kubectlDefaults(original: Pod): Record<string, string> {
  const authors = annotationsOf(original);
  const main = ownValue(authors, ANNOTATIONS.defaultContainer) ?? original.spec.containers[0]?.name ?? '';
  const missing = [ANNOTATIONS.defaultContainer, ANNOTATIONS.defaultLogsContainer].filter(
    (key) => ownValue(authors, key) === undefined,
  );
  return Object.fromEntries(missing.map((key) => [key, main]));
}
