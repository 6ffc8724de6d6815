import type { RolloutStage } from '../api/rollout-plan.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { ownValue } from '../kubernetes/pod.ts';
import { featureLabel } from '../rollout/stage-labels.ts';
import type { CountedPod } from './counted-pods.ts';

/**
 * A pod as a stage counts it. A stage of features is about sidecars that have them: its pods have opted in once the namespace carries the labels
 * of all of them, and are injected once their sidecar is the one of today, which was chosen by these.
 */
export function countedInStage(
  { features = [] }: RolloutStage,
  { labels }: Pick<Namespace, 'labels'>,
  pod: CountedPod,
): CountedPod {
  if (features.length === 0) return pod;
  const isOn = features.every((feature) => ownValue(labels, featureLabel(feature)) === 'enabled');
  if (!isOn) return { ...pod, optedIn: false, sidecar: 'none' };
  return pod.sidecar === 'stale' ? { ...pod, sidecar: 'lacking' } : pod;
}
