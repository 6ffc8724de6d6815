import type { ExplainContext } from '../admission/decided-workloads.ts';
import { readPod } from '../kubernetes/pod.ts';
import { sentAgain } from './sent-again.ts';
import { type RunningSidecar, runningSidecar } from './sidecar-state.ts';

type Json = Readonly<Record<string, unknown>>;

/** How a running pod stands to what would be decided about it now; undefined where it cannot be read as one. */
export function explainRunning(pod: Json, namespace: string, context: ExplainContext): RunningSidecar | undefined {
  const { policy, namespaces, services } = context;
  const [standing, sent] = [readPod(pod), readPod(sentAgain(pod, policy.spec.optIn.podKey))];
  if ('problems' in standing || 'problems' in sent) return undefined;
  return runningSidecar({ pod: standing.pod, sent: sent.pod, namespace: namespaces.get(namespace), policy, services });
}
