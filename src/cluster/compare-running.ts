import type { Snapshot } from '../core/admission/snapshot.ts';
import { fieldsOf } from '../core/json/fields-of.ts';
import { metadataOf } from '../core/kubernetes/metadata.ts';
import { type Owner, ownerOf } from '../core/kubernetes/owner.ts';
import { readPod } from '../core/kubernetes/pod.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { namespaceLabelsRead } from '../core/policy/namespace-labels.ts';
import { asSent } from '../core/running/as-sent.ts';
import { allKnown, type KnownLabels, NOTHING_KNOWN } from '../core/simulation/known-labels.ts';
import type { RunningComparison } from '../core/simulation/running-comparison.ts';
import { simulatePod } from '../core/simulation/simulate-pod.ts';
import { newTally } from '../core/simulation/tally.ts';
import { NO_TRAFFIC_SERVICES } from '../core/traffic/traffic-services.ts';
import { listObjects } from './list-objects.ts';
import { pagedList } from './paged-list.ts';
import { RUNNING } from './read-pods.ts';
import type { KubeTransport } from './transport.ts';

// a pod takes some tenth of a millisecond under each policy, and other reviews wait for so many
const PODS_AT_ONCE = 50;

/** What `next` would change for what runs in a cluster, in place of the policy of `snapshot`: as far as it is read before `signal`. */
export type CompareRunning = (
  snapshot: Snapshot,
  next: ActivePolicy,
  signal: AbortSignal,
) => Promise<RunningComparison | undefined>;

/**
 * A function that compares what runs in a cluster under two policies: one pod of each workload, page by page.
 * The comparison is undefined when nothing could be read.
 */
export function runningComparer(transport: KubeTransport): CompareRunning {
  return async (snapshot, next, signal) => {
    const tally = newTally();
    const seen = new Set<string>();
    const { policy, services = NO_TRAFFIC_SERVICES } = snapshot;
    const finished = (complete: boolean): RunningComparison => ({ simulation: tally.result(), complete });
    try {
      const labelsOf = await namespaceLabels(transport, snapshot, next, signal);
      await listObjects(
        transport,
        '/api/v1/pods',
        (pod) => {
          const { name: namespace, owner, key } = whoseOf(pod);
          if (seen.has(key)) return;
          seen.add(key);
          const known = { name: namespace, known: labelsOf(namespace) };
          const whole = { pod: asSent(pod), namespace: known, services, asWritten: false };
          tally.add({ namespace, ...owner, pods: 1 }, simulatePod(whole, policy), simulatePod(whole, next));
        },
        { pageSize: PODS_AT_ONCE, fieldSelector: RUNNING, signal },
      );
      return finished(true);
    } catch (error) {
      if (seen.size > 0) return finished(false);
      if (signal.aborted) return undefined;
      throw error;
    }
  };
}

/** What the snapshot keeps of namespaces is enough, unless the next policy reads more of them. */
async function namespaceLabels(
  transport: KubeTransport,
  { policy, shadows = [], namespaces }: Snapshot,
  next: ActivePolicy,
  signal: AbortSignal,
): Promise<(namespace: string) => KnownLabels> {
  const kept = namespaceLabelsRead(policy, ...shadows);
  if ([...namespaceLabelsRead(next)].every((key) => kept.has(key)))
    return (name) => {
      const namespace = namespaces.get(name);
      return namespace === undefined ? NOTHING_KNOWN : allKnown(namespace.labels);
    };
  const all = new Map<string, KnownLabels>();
  await pagedList(transport, '/api/v1/namespaces', signal, ({ name, labels = {} }) => all.set(name, allKnown(labels)));
  return (name) => all.get(name) ?? NOTHING_KNOWN;
}

function whoseOf(pod: Readonly<Record<string, unknown>>): {
  readonly name: string;
  readonly owner: Pick<Owner, 'kind' | 'name'>;
  readonly key: string;
} {
  const { namespace, name, uid } = fieldsOf(metadataOf(pod));
  const read = readPod(pod);
  const { kind, name: ofOwner } = ('pod' in read ? ownerOf(read.pod) : undefined) ?? {
    kind: 'Pod',
    name: String(name),
  };
  const key = kind === 'Pod' ? String(uid) : JSON.stringify([namespace, kind, ofOwner]);
  return { name: String(namespace), owner: { kind, name: ofOwner }, key };
}
