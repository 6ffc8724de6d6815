import type { PlannedRestart } from '../../cluster/rollout/restart-plan.ts';
import { printable } from '../../core/problem/printable.ts';
import type { WorkloadName } from '../../core/rollout/by-hand.ts';
import type { Progress } from '../../core/rollout/restart-run.ts';

/** What became of a workload, or would. */
export interface RestartOutcome extends WorkloadName {
  readonly pods: readonly string[];
  readonly result: 'would-restart' | 'restarted' | 'underway' | 'failed' | 'not-begun' | 'by-hand';
  readonly message?: string;
  /** The command to run next. */
  readonly next?: string;
}

const RESULTS = { queued: 'not-begun', underway: 'underway', done: 'restarted', failed: 'failed' } as const;

/** What became of a workload; without progress what would. */
export function outcomeOf(planned: PlannedRestart, progress?: Progress): RestartOutcome {
  const { kind, namespace, name, pods, byHand, note, resumes } = planned;
  const common = { kind, namespace, name, pods };
  if (byHand !== undefined) {
    const { says: message, next } = byHand;
    return { ...common, result: 'by-hand', message, ...(next && { next }) };
  }
  if (progress === undefined) {
    const message = resumes === undefined ? note : `goes on with the restart of ${resumes.at}`;
    return { ...common, result: 'would-restart', ...(message && { message }) };
  }
  const result = RESULTS[progress.phase];
  if (progress.phase !== 'failed') return { ...common, result };
  const next = `kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`;
  return { ...common, result, message: progress.says, next };
}

/** What would be done, for people. */
export function planText(planned: readonly PlannedRestart[]): string {
  if (planned.length === 0) return 'nothing to restart: no such pod runs\n';
  return outcomesText(planned.map((one) => outcomeOf(one)));
}

/** What would become of each, for people; nothing where there is none. */
export const outcomesText = (outcomes: readonly RestartOutcome[]): string =>
  outcomes.length === 0 ? '' : `${outcomes.map(outcomeText).join('')}${countsOf(outcomes)}\n`;

/** What was done, for people. */
export function endingText(outcomes: readonly RestartOutcome[]): string {
  const left = outcomes.filter(({ result }) => result !== 'restarted');
  const goOn = left.some(({ result }) => result !== 'by-hand')
    ? 'when it is mended, the same command goes on with what is left\n'
    : '';
  return `${left.map(outcomeText).join('')}${countsOf(outcomes)}\n${goOn}`;
}

/** A change while it runs. */
export function progressLine({ kind, namespace, name, pods, resumes }: PlannedRestart, progress: Progress): string {
  const workload = `${kind} ${namespace}/${name}`;
  const begins =
    resumes === undefined ? `restarts: ${podsOf(pods)} to replace` : `goes on with the restart of ${resumes.at}`;
  const says: Readonly<Record<Progress['phase'], string>> = {
    queued: '',
    underway: begins,
    done: progress.phase === 'done' ? `done in ${Math.round(progress.tookMs / 1000)} s` : '',
    failed: progress.phase === 'failed' ? `failed: ${progress.says}` : '',
  };
  return printable(`${workload} ${says[progress.phase]}`).concat('\n');
}

const SAYS: Readonly<Record<RestartOutcome['result'], string>> = {
  'would-restart': 'would restart',
  restarted: 'restarted',
  underway: 'underway',
  failed: 'failed',
  'not-begun': 'not begun',
  'by-hand': 'by hand',
};
const WIDTH = Math.max(...Object.values(SAYS).map(({ length }) => length));

function outcomeText({ kind, namespace, name, pods, result, message, next }: RestartOutcome): string {
  const why = message === undefined ? '' : `: ${message}`;
  const line = printable(`${SAYS[result].padEnd(WIDTH)} ${kind} ${namespace}/${name} (${podsOf(pods)})${why}`);
  return next === undefined ? `${line}\n` : `${line}\n${' '.repeat(WIDTH + 1)}${printable(next)}\n`;
}

const podsOf = (pods: readonly string[]): string => (pods.length === 1 ? '1 pod' : `${pods.length} pods`);

function countsOf(outcomes: readonly RestartOutcome[]): string {
  const counted = Object.entries(SAYS).flatMap(([result, says]) => {
    const count = outcomes.filter((one) => one.result === result).length;
    return count === 0 ? [] : [`${count} ${says}`];
  });
  return counted.join(', ');
}
