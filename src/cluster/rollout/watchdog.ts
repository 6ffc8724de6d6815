import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Progress } from '../../core/rollout/restart-run.ts';
import {
  isHeldBack,
  nextAttempt,
  nextRestart,
  type PastRestart,
  type WatchdogBounds,
} from '../../core/rollout/watchdog.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { ToldOnce } from '../told-once.ts';
import type { KubeTransport } from '../transport.ts';
import { writeRestartEvent } from './restart-event.ts';
import { type PlannedRestart, planRestarts } from './restart-plan.ts';
import { runRestarts } from './run-restarts.ts';
import { standingPods } from './standing-pods.ts';

export interface WatchdogMetrics {
  restarted(result: 'done' | 'failed'): void;
  /** How many workloads have pods without their sidecar: those that it may restart, and those that somebody has to see to. */
  missing(restartable: number, byHand: number): void;
  /** It looks no more: another replica does, or none. */
  idle(): void;
}

export interface WatchdogOptions {
  readonly transport: KubeTransport;
  readonly bounds: WatchdogBounds;
  readonly surroundings: () => PodSurroundings;
  /** Whether this process is ready and acts for all replicas: asked before each look and each write. */
  readonly mayAct: () => boolean;
  /** What keeps a pod that asks in this namespace from getting its sidecar now. */
  readonly notReady: (namespace: string) => Promise<readonly string[]>;
  /** Names this process in events. */
  readonly identity: string;
  readonly log: Logger;
  readonly metrics: WatchdogMetrics;
  readonly now: () => Date;
  readonly elapsedMs: () => number;
}

// what a workload may take, as in the command
const RESTART_TAKES_MS = 10 * 60_000;
const LOOK_EVERY_MS = 60_000;

/**
 * Restarts workloads whose running pods should have a sidecar and have none, few and slowly. Nothing here throws.
 * @returns what ends it
 */
export function startWatchdog(options: WatchdogOptions): { stop(): Promise<void> } {
  const { bounds, mayAct, log, metrics, now } = options;
  const stopping = new AbortController();
  const faults = new ToldOnce();
  let past: readonly PastRestart[] = [];
  let actsSinceMs: number | undefined;
  const run = async () => {
    while (!stopping.signal.aborted) {
      const pauseMs = Math.min(LOOK_EVERY_MS, bounds.everyMs);
      await sleep(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (stopping.signal.aborted || !mayAct()) {
        actsSinceMs = undefined;
        metrics.idle();
        continue;
      }
      actsSinceMs ??= now().getTime();
      // listing all pods is dear
      if (isHeldBack(past, bounds, { nowMs: now().getTime(), actsSinceMs })) continue;
      try {
        const restarts = await look(options, past, actsSinceMs, stopping.signal);
        // older ones bound nothing any more
        past = [...past, ...restarts].slice(-bounds.mostPerHour);
        faults.forget();
      } catch (err) {
        if (!stopping.signal.aborted && faults.isNews(err))
          log.warn({ err }, 'the watchdog cannot look for pods without their sidecar; trying again');
      }
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort(new Error('the watchdog was stopped'));
      await running;
    },
  };
}

/** Looks once, and restarts one workload at most. */
async function look(
  options: WatchdogOptions,
  past: readonly PastRestart[],
  actsSinceMs: number,
  signal: AbortSignal,
): Promise<readonly PastRestart[]> {
  const { transport, bounds, surroundings, mayAct, notReady, log, metrics, now } = options;
  const pods = await standingPods(transport, surroundings(), undefined, signal);
  const missing = pods.filter(({ standing }) => standing === 'missing');
  const planned = await planRestarts(transport, surroundings(), missing, signal);
  // what is underway comes to its end by itself
  const restartable = planned.filter(({ byHand, resumes }) => byHand === undefined && resumes === undefined);
  metrics.missing(restartable.length, planned.filter(({ byHand }) => byHand !== undefined).length);
  const when = { nowMs: now().getTime(), actsSinceMs, restartTakesMs: RESTART_TAKES_MS };
  const next = nextRestart(restartable, past, bounds, when);
  if (next === undefined) return [];
  const [reason] = mayAct() ? await notReady(next.namespace) : ['another replica acts'];
  if (reason !== undefined) {
    log.info({ workload: nameOf(next), reason }, 'the watchdog restarts nothing now');
    return [];
  }
  const { phase } = await restarted(options, next, signal);
  const failed = phase !== 'done' && phase !== 'queued';
  return [{ atMs: when.nowMs, failed }];
}

async function restarted(options: WatchdogOptions, workload: PlannedRestart, signal: AbortSignal): Promise<Progress> {
  const { transport, mayAct, log, metrics, now, elapsedMs, surroundings } = options;
  let begun = false;
  const progress = await runRestarts([workload], {
    ...{ transport, now, elapsedMs, signal, namespacesAtOnce: 1, withinMs: RESTART_TAKES_MS },
    surroundings: surroundings(),
    mark: (at) => ({ run: 'watchdog', at, attempt: nextAttempt(workload) }),
    notReady: async () => (mayAct() ? [] : ['another replica acts']),
    onProgress: (_, { phase }) => {
      if (phase !== 'underway') return;
      begun = true;
      void tell(options, workload, phase);
    },
  });
  const ended = progress.get(workload) ?? { phase: 'queued' };
  // nothing of the workload was changed, so nothing is said of it
  if (!begun) {
    log.info({ workload: nameOf(workload), ...ended }, 'the watchdog did not restart a workload');
    return { phase: 'queued' };
  }
  if (ended.phase === 'done' || ended.phase === 'failed') {
    metrics.restarted(ended.phase);
    await tell(options, workload, ended.phase, ended.phase === 'failed' ? ended.says : undefined);
  } else log.info({ workload: nameOf(workload) }, 'the watchdog was stopped while a workload restarts');
  return ended;
}

/** Into the log, and as an event on the workload. */
async function tell(
  { transport, log, identity, now }: WatchdogOptions,
  workload: PlannedRestart,
  phase: 'underway' | 'done' | 'failed',
  says?: string,
): Promise<void> {
  const facts = { workload: nameOf(workload), pods: workload.pods, phase, ...(says && { says }) };
  log[phase === 'failed' ? 'warn' : 'info'](facts, 'the watchdog restarts a workload whose pods have no sidecar');
  await writeRestartEvent(transport, workload, { phase, says, identity, now: now() }).catch((err: unknown) =>
    log.warn({ err, workload: nameOf(workload) }, 'the event of a restart could not be written'),
  );
}

const nameOf = ({ kind, namespace, name }: PlannedRestart): string => `${kind} ${namespace}/${name}`;
