import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '../../core/rollout/health.ts';
import type { RestartMark } from '../../core/rollout/restart-mark.ts';
import {
  begun,
  due,
  isOver,
  looked,
  newRun,
  notBegun,
  type Progress,
  progressOf,
  type RestartRun,
  underway,
} from '../../core/rollout/restart-run.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { ApiError } from '../api-error.ts';
import type { KubeTransport } from '../transport.ts';
import { keyOf, type PlannedRestart } from './restart-plan.ts';
import { healthOf, restartWorkload } from './restart-workload.ts';

export interface RestartsOptions {
  readonly transport: KubeTransport;
  readonly surroundings: PodSurroundings;
  /** What is written on a workload that is restarted at this time. */
  readonly mark: (at: string) => RestartMark;
  readonly namespacesAtOnce: number;
  /** What each workload may take. */
  readonly withinMs: number;
  /** What keeps new pods from being as they should now: asked before each restart; nothing is restarted then. */
  readonly notReady: (workload: PlannedRestart) => Promise<readonly string[]>;
  readonly now: () => Date;
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsedMs: () => number;
  /** Told of everything that changes. */
  readonly onProgress: (workload: PlannedRestart, progress: Progress) => void;
  /** Ends it; what is underway then is left to its controller. */
  readonly signal: AbortSignal;
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Restarts workloads one after the other: one of a namespace at a time, waits until each is complete and its new pods carry the sidecar,
 * and begins none any more after one has failed.
 * @returns how far it came with each; when the signal ends it, some are still underway
 * @throws ApiError when it may not read
 */
export async function runRestarts(
  workloads: readonly PlannedRestart[],
  options: RestartsOptions,
): Promise<ReadonlyMap<PlannedRestart, Progress>> {
  const { namespacesAtOnce, withinMs, now, elapsedMs, onProgress, signal, lookEveryMs = LOOK_EVERY_MS } = options;
  const byKey = new Map(workloads.map((workload) => [keyOf(workload), workload]));
  const marks = new Map<string, RestartMark>();
  const restarts = workloads.map((workload) => ({ key: keyOf(workload), namespace: workload.namespace }));
  let run = newRun(restarts, { namespacesAtOnce, withinMs });
  const step = (next: RestartRun, key: string) => {
    const before = progressOf(run, key).phase;
    run = next;
    const workload = byKey.get(key);
    const progress = progressOf(run, key);
    if (workload !== undefined && progress.phase !== before) onProgress(workload, progress);
  };
  while (!isOver(run) && !signal.aborted) {
    for (const { key } of due(run)) {
      const workload = byKey.get(key);
      if (workload === undefined || signal.aborted || !due(run).some((one) => one.key === key)) continue;
      const mark = workload.resumes ?? options.mark(now().toISOString());
      const refused = workload.resumes ? undefined : await refusedToBegin(workload, mark, options);
      marks.set(key, mark);
      step(refused === undefined ? begun(run, key, elapsedMs()) : notBegun(run, key, refused), key);
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
    for (const { key } of underway(run)) {
      const [workload, mark] = [byKey.get(key), marks.get(key)];
      if (workload === undefined || mark === undefined || signal.aborted) continue;
      step(looked(run, key, await seen(workload, mark, options), elapsedMs()), key);
    }
  }
  return new Map(workloads.map((workload) => [workload, progressOf(run, keyOf(workload))]));
}

async function refusedToBegin(
  workload: PlannedRestart,
  mark: RestartMark,
  { transport, notReady, signal }: RestartsOptions,
): Promise<string | undefined> {
  try {
    const [reason] = await notReady(workload);
    if (reason !== undefined) return `not restarted: ${reason}`;
    return await restartWorkload(transport, workload, mark, signal);
  } catch (error) {
    if (signal.aborted) return 'not restarted: it was interrupted';
    return `not restarted: ${(error as Error).message}`;
  }
}

/** An API server that does not answer for a while says nothing about the workload. */
async function seen(
  workload: PlannedRestart,
  mark: RestartMark,
  { transport, surroundings, signal }: RestartsOptions,
): Promise<Health> {
  try {
    return await healthOf(transport, workload, mark, surroundings, signal);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) throw error;
    return { state: 'rolling', says: `cannot look: ${(error as Error).message}` };
  }
}
