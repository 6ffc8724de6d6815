import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreV1Event } from '@kubernetes/client-node';
import type { Lab } from '../../test/lab/lab.ts';
import type { PodWorker } from '../../test/node/pod-worker.ts';
import type { LabWorkload } from './files.ts';

const POLL_MS = 1000;
// a refusal that goes by itself, such as that of a ServiceAccount that is just being made, goes within that
const LASTING_MS = 5000;

// what client-go writes in front of an event that was told often
const SIMILAR = '(combined from similar events): ';

/** Rejects when the node says that it cannot run a pod, or when pods of a workload are refused: nobody then waits for their readiness. */
export async function cannotRun(lab: Lab, workloads: readonly LabWorkload[], signal: AbortSignal): Promise<void> {
  const since = new Map<string, number>();
  while (!signal.aborted) {
    const bad = podsOf(lab, workloads).find(({ problem }) => problem !== undefined);
    if (bad) throw new Error(`the pod ${bad.name} cannot run: ${bad.problem}`);
    const refused = await refusals(lab, workloads);
    for (const owner of since.keys()) if (!refused.has(owner)) since.delete(owner);
    for (const [owner, message] of refused) {
      const sinceMs = since.get(owner) ?? performance.now();
      since.set(owner, sinceMs);
      if (performance.now() - sinceMs > LASTING_MS) throw new Error(`${owner} gets no pods: ${message}`);
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** A line for each container of theirs that is not ready, with what is known of why. */
export function notReady(lab: Lab, workloads: readonly LabWorkload[]): readonly string[] {
  return podsOf(lab, workloads).flatMap(({ pod, name, containers, problem: told }) =>
    told !== undefined
      ? []
      : containers.flatMap((container) => {
          const { ready, phase, exitCode, restarts, problem } = container.state;
          if (ready || exitCode === 0) return [];
          const state = phase === 'terminated' ? `has ended with exit code ${exitCode}` : `is ${phase}, not ready`;
          const often = restarts > 0 ? `, after ${restarts} restart${restarts > 1 ? 's' : ''}` : '';
          const why = problem === undefined ? '' : `; ${problem}`;
          return [`${pod.metadata?.namespace}/${name}: ${container.name} ${state}${often}${why}`];
        }),
  );
}

const podsOf = (lab: Lab, workloads: readonly LabWorkload[]): readonly PodWorker[] => {
  const namespaces = new Set(workloads.map(({ namespace }) => namespace));
  return lab.cluster.node.pods().filter(({ pod }) => namespaces.has(pod.metadata?.namespace ?? ''));
};

/** What the API server last answered to controllers that make pods for the workloads and have none, by the controller’s name. */
async function refusals(lab: Lab, workloads: readonly LabWorkload[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const namespace of new Set(workloads.map((workload) => workload.namespace))) {
    const selector = ['--field-selector', 'reason=FailedCreate', '-o', 'json'];
    const { items } = JSON.parse(await lab.kubectl('get', 'events', '-n', namespace, ...selector)) as {
      readonly items: readonly CoreV1Event[];
    };
    const owners = new Set(
      podsOf(lab, workloads).flatMap(({ pod }) => pod.metadata?.ownerReferences?.map(({ uid }) => uid) ?? []),
    );
    const ours = workloads.filter((workload) => workload.namespace === namespace);
    for (const { involvedObject, message = '' } of items) {
      const { kind = '', name = '', uid = '' } = involvedObject;
      const made = ours.some((workload) => isMakerOf(workload, kind, name));
      if (made && !owners.has(uid)) found.set(`${kind} ${name}`, message.replace(SIMILAR, ''));
    }
  }
  return found;
}

/** Whether this controller makes the pods of a workload: the workload itself, or a ReplicaSet of a Deployment, named after it and a hash. */
const isMakerOf = (workload: LabWorkload, kind: string, name: string): boolean =>
  workload.kind === 'Deployment'
    ? kind === 'ReplicaSet' && name.slice(0, name.lastIndexOf('-')) === workload.name
    : kind === workload.kind && name === workload.name;
