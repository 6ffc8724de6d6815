import { subjectOf } from '../decision/subject.ts';
import { readPod } from '../kubernetes/pod.ts';
import type { Capture } from '../sidecar/rendering.ts';
import { type ExplainedDestination, explainedDestination } from '../xds/resilience/explained.ts';
import type { Snapshot } from './snapshot.ts';

/** What becomes of the traffic of a pod with its sidecar. */
export interface ExplainedTraffic {
  readonly capture: Capture;
  /** Services whose requests are treated by what their teams say; all others go where the application sends them. */
  readonly destinations: readonly ExplainedDestination[];
  /** Services that lead to the pod and say something about their traffic, by the port of the pod. */
  readonly served: readonly { readonly port: number; readonly service: string; readonly cors: 'none' | 'answered' }[];
}

/**
 * Tells what becomes of the traffic of a pod, as its sidecar is rendered under this snapshot.
 * @returns undefined where the sidecar is not Pillion’s own kind, or where the object is no pod
 */
export function explainTraffic(object: unknown, namespace: string, snapshot: Snapshot): ExplainedTraffic | undefined {
  const read = readPod(object);
  const known = snapshot.namespaces.get(namespace);
  if ('problems' in read || known === undefined) return undefined;
  // nothing is recorded, so no record needs a name
  const { capture, traffic } = subjectOf(read.pod, known, snapshot.policy, '', true, snapshot.services).rendering();
  if (capture === undefined) return undefined;
  return {
    capture,
    destinations: (traffic?.destinations ?? []).map((destination) =>
      explainedDestination(destination, namespace, traffic?.clusterDomain ?? ''),
    ),
    served: (traffic?.served ?? []).map(({ port, values }) => ({
      port,
      service: values.service.name,
      cors: values.cors === 'none' ? 'none' : 'answered',
    })),
  };
}
