import { durationMs } from '../traffic/duration.ts';
import { delayedMs, hiddenByFault } from './faults.ts';
import { acts, doesNotAct, type Evidence, type Finding, notExercised, off } from './judgement.ts';
import { toldAnswers } from './told-answers.ts';

// Envoy’s timer is right to a millisecond. The probe measures beside it the way to its sidecar, and that both processes get a processor:
// some milliseconds where one is free, a fifth of a second on a node that is full. Nobody sets timeouts apart by less than half a second
const LATE_MS = 500;
// what the probe measures contains what Envoy does, so it can be less only by rounding
export const EARLY_MS = 5;

/** How long after its timeout a request is still taken for one that was ended by it. */
export const lateMs = (timeoutMs: number): number => timeoutMs + LATE_MS;

/** A request ends with 504 at the set time: not before, and none goes on beyond it. */
export function judgeTimeout({ policy, plan, report, counted }: Evidence): Finding {
  const { timeout } = policy;
  if (timeout === 'none') return off;
  const setMs = durationMs(timeout);
  const latestMs = lateMs(setMs) + delayedMs(policy);
  const overdue = report.answers.filter(({ answer, mostMs }) => answer !== '504' && mostMs > latestMs);
  if (overdue.length > 0)
    return doesNotAct(`${overdue.map(toldAnswers).join(', ')}: longer than ${timeout}, and not ended then`);
  const { upstream_rq_timeout: ended = 0, upstream_rq_per_try_timeout: tries = 0 } = counted;
  const answered = report.answers.find(({ answer }) => answer === '504');
  if (ended > 0 && answered !== undefined) {
    // others may have been answered so by the service itself, or ended with their last try
    const isAlone = ended === answered.count && tries === 0;
    if (isAlone && answered.leastMs < setMs - EARLY_MS)
      return doesNotAct(`${toldAnswers(answered)}: ended by the sidecar before ${timeout}`);
    if (answered.leastMs > latestMs) return doesNotAct(`${toldAnswers(answered)}: ended long after ${timeout}`);
    return acts(`${toldAnswers(answered)}; the sidecar ended ${ended}`);
  }
  if (tries > 0)
    return notExercised(
      `perTryTimeout ended ${tries} tries before`,
      'nothing more is to be done: all tries together fit into the timeout, as rule MESH001 wants',
    );
  const slowest = Math.max(0, ...report.answers.map(({ mostMs }) => mostMs));
  if (slowest > lateMs(setMs))
    return hiddenByFault(
      `fault.delay holds requests before the timeout of ${timeout} begins; the slowest took ${slowest} ms`,
    );
  const needed = Math.ceil(lateMs(setMs) / 1_000) + 1;
  const next =
    needed > plan.seconds
      ? `give --seconds ${needed} or more, and by --path one that takes longer than ${timeout}`
      : `give by --path one that takes longer than ${timeout}`;
  return notExercised(`no request took longer than ${slowest} ms`, next);
}
