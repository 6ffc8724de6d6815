import { decide } from '../../src/core/decision/decide.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR } from '../../src/core/sidecar/names.ts';
import { partsOf } from '../../src/core/sidecar/rendering.ts';
import { ASKS, simplePod } from '../cluster/pods.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';

interface Runnable {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly securityContext: Readonly<Record<string, unknown>>;
}

/** What an injected pod would run, exactly as it is rendered. */
export function injectedContainers(): {
  readonly redirect: Runnable;
  readonly sidecar: Runnable;
  readonly config: string;
} {
  const pod = simplePod('captured', { annotations: ASKS }) as unknown as Pod;
  const namespace = { name: 'shop', labels: { 'istio-injection': 'enabled' } };
  const subject = subjectOf(pod, namespace, BUILT_IN, '0'.repeat(16));
  if (decide(subject).verdict !== 'inject') throw new Error('the pod would not be injected');
  const { initContainers, annotations } = subject.rendering().injection;
  const named = (wanted: string) => partsOf(initContainers).find(({ name }) => name === wanted) as unknown as Runnable;
  return { redirect: named(REDIRECT), sidecar: named(SIDECAR), config: annotations[ANNOTATIONS.envoyConfig] ?? '' };
}
