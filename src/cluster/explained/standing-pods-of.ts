import type { ExplainContext } from '../../core/admission/decided-workloads.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { explainRunning } from '../../core/running/explained-running.ts';
import { type RunningSidecar, underTemplate } from '../../core/running/sidecar-state.ts';
import type { KubeTransport } from '../transport.ts';
import { visitPodsOf } from './pods-of.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Gives every running pod of a workload to `visit`, with how it stands to what would be decided about the pods to come.
 * @param decision about those
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function visitStandingPodsOf(
  transport: KubeTransport,
  workload: Json,
  namespace: string,
  decision: Parameters<typeof underTemplate>[1],
  context: ExplainContext,
  visit: (pod: string, running: RunningSidecar) => void,
): Promise<void> {
  await visitPodsOf(transport, workload, (pod) => {
    const running = explainRunning(pod, namespace, context);
    if (running !== undefined) visit(String(metadataOf(pod).name), underTemplate(running, decision));
  });
}
