import { annotationsOf, labelsOf, ownValue, type PodMetadata } from '../../kubernetes/pod.ts';

/** What a pod says about a sidecar, and where. */
export interface Ask {
  readonly says: 'yes' | 'no' | 'nothing';
  readonly label: string | undefined;
  readonly annotation: string | undefined;
}

/**
 * Reads the pod’s mark. The label beats the annotation, also when it is empty; only the exact values "true" and "false"
 * count, every other value is as good as none (Istio reference 1.2, rows 3 to 3d).
 */
export function askOf(pod: PodMetadata, key: string): Ask {
  const label = ownValue(labelsOf(pod), key);
  const annotation = ownValue(annotationsOf(pod), key);
  const value = label ?? annotation;
  return { says: value === 'true' ? 'yes' : value === 'false' ? 'no' : 'nothing', label, annotation };
}
