import type { V1ContainerStatus, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import type { Container } from './container.ts';
import type { PodPlace } from './environment.ts';

/** What a pod has come to. */
export interface PodProgress {
  readonly initialized: boolean;
  readonly startTime: string;
  readonly place: PodPlace;
  readonly init: readonly Container[];
  readonly main: readonly Container[];
  /** Why it cannot run at all. */
  readonly problem?: string;
}

/** The status of a pod, as JSON for a merge patch. */
export function statusOf(pod: V1Pod, progress: PodProgress): object {
  const { init, main, place, startTime, initialized, problem } = progress;
  // a sidecar in the list of init containers counts for readiness as well
  const counted = [...main, ...init.filter(({ state }) => state.phase === 'running')];
  const ready = initialized && main.length > 0 && counted.every(({ state }) => state.ready);
  const conditions: Record<string, boolean> = { Initialized: initialized, ContainersReady: ready, Ready: ready };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !Object.hasOwn(conditions, type));
  const own = Object.entries(conditions).map(([type, holds]) => condition(pod, type, holds));
  return {
    ...(problem === undefined ? {} : { reason: 'NodeCannotRun', message: problem }),
    phase: problem === undefined ? phaseOf(main) : 'Failed',
    conditions: [...others, ...own],
    hostIP: place.machine,
    podIP: place.podIps[0],
    podIPs: place.podIps.map((ip) => ({ ip })),
    startTime,
    initContainerStatuses: init.map(containerStatus),
    containerStatuses: main.map(containerStatus),
  };
}

function phaseOf(main: readonly Container[]): string {
  const states = main.map(({ state }) => state);
  if (states.length === 0 || states.some(({ phase, restarts }) => phase === 'waiting' && restarts === 0))
    return 'Pending';
  if (states.some(({ phase }) => phase !== 'terminated')) return 'Running';
  return states.every(({ exitCode }) => exitCode === 0) ? 'Succeeded' : 'Failed';
}

function condition(pod: V1Pod, type: string, holds: boolean): V1PodCondition {
  const status = holds ? 'True' : 'False';
  const before = pod.status?.conditions?.find((entry) => entry.type === type);
  const now = new Date().toISOString();
  const since = before?.status === status ? before.lastTransitionTime : now;
  return { type, status, lastTransitionTime: since as Date };
}

function containerStatus({ name, image, state }: Container): V1ContainerStatus {
  const { startedAt, finishedAt, exitCode = 0, lastMessage, restarts, started, ready, phase } = state;
  const states = {
    waiting: { waiting: { reason: 'ContainerCreating' } },
    running: { running: { startedAt } },
    terminated: {
      terminated: {
        ...{ exitCode, startedAt, finishedAt, reason: exitCode === 0 ? 'Completed' : 'Error' },
        ...(lastMessage && { message: lastMessage }),
      },
    },
  };
  return {
    ...{ name, image, imageID: image, containerID: `test://${name}-${restarts}` },
    ...{ ready, started, restartCount: restarts },
    // a merge patch removes what is null, and one of the three must stand alone
    state: { waiting: null, running: null, terminated: null, ...states[phase] },
  } as unknown as V1ContainerStatus;
}
