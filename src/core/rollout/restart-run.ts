import type { Health } from './health.ts';

/** One workload to restart. */
export interface Restart {
  /** Names it, like no other. */
  readonly key: string;
  readonly namespace: string;
}

/** How far the restart of one workload is. */
export type Progress =
  | { readonly phase: 'queued' }
  | { readonly phase: 'underway'; readonly sinceMs: number }
  | { readonly phase: 'done'; readonly tookMs: number }
  | { readonly phase: 'failed'; readonly says: string };

/** Restarts of workloads one after the other: one of a namespace at a time, and none any more after one has failed. */
export interface RestartRun {
  readonly restarts: readonly Restart[];
  readonly progress: ReadonlyMap<string, Progress>;
  readonly namespacesAtOnce: number;
  /** What each may take. */
  readonly withinMs: number;
}

const QUEUED: Progress = { phase: 'queued' };

/** A run that has not begun with any of these yet; they are taken in their order. */
export const newRun = (
  restarts: readonly Restart[],
  bounds: Pick<RestartRun, 'namespacesAtOnce' | 'withinMs'>,
): RestartRun => ({ restarts, progress: new Map(restarts.map(({ key }) => [key, QUEUED])), ...bounds });

/** How far it is with one of them. */
export const progressOf = ({ progress }: RestartRun, key: string): Progress => progress.get(key) ?? QUEUED;

const inPhase = (run: RestartRun, phase: Progress['phase']): readonly Restart[] =>
  run.restarts.filter(({ key }) => progressOf(run, key).phase === phase);

/** Those that are to be looked at until each has ended. */
export const underway = (run: RestartRun): readonly Restart[] => inPhase(run, 'underway');

/** Those that may begin now, all of them. */
export function due(run: RestartRun): readonly Restart[] {
  if (inPhase(run, 'failed').length > 0) return [];
  const busy = new Set(underway(run).map(({ namespace }) => namespace));
  const found: Restart[] = [];
  for (const restart of inPhase(run, 'queued')) {
    if (busy.size >= run.namespacesAtOnce) break;
    if (busy.has(restart.namespace)) continue;
    busy.add(restart.namespace);
    found.push(restart);
  }
  return found;
}

/** Whether nothing is underway and nothing will be. */
export const isOver = (run: RestartRun): boolean => underway(run).length === 0 && due(run).length === 0;

/** One that is due has begun. */
export const begun = (run: RestartRun, key: string, nowMs: number): RestartRun =>
  withProgress(run, key, { phase: 'underway', sinceMs: nowMs });

/** One that is due could not begin. */
export const notBegun = (run: RestartRun, key: string, says: string): RestartRun =>
  withProgress(run, key, { phase: 'failed', says });

/** One that is underway was looked at. */
export function looked(run: RestartRun, key: string, health: Health, nowMs: number): RestartRun {
  const progress = progressOf(run, key);
  if (progress.phase !== 'underway') return run;
  const tookMs = nowMs - progress.sinceMs;
  if (health.state === 'complete') return withProgress(run, key, { phase: 'done', tookMs });
  if (health.state === 'broken') return withProgress(run, key, { phase: 'failed', says: health.says });
  if (tookMs < run.withinMs) return run;
  const says = `not complete after ${Math.round(tookMs / 1000)} s: ${health.says}`;
  return withProgress(run, key, { phase: 'failed', says });
}

const withProgress = (run: RestartRun, key: string, progress: Progress): RestartRun => ({
  ...run,
  progress: new Map(run.progress).set(key, progress),
});
