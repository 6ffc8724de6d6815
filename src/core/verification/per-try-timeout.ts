import { durationMs } from '../traffic/duration.ts';
import { delayedMs, hiddenByFault } from './faults.ts';
import { acts, doesNotAct, type Evidence, type Finding, notExercised, off } from './judgement.ts';
import { EARLY_MS, lateMs } from './timeout.ts';
import { toldAnswers } from './told-answers.ts';

/** A try ends at the set time, the first one too; where no other follows the request is answered 504. */
export function judgePerTryTimeout({ policy, report, counted }: Evidence): Finding {
  const { retries } = policy;
  if (retries === 'none' || retries.perTryTimeout === 'none') return off;
  const { perTryTimeout } = retries;
  const setMs = durationMs(perTryTimeout);
  const latestMs = lateMs(setMs) + delayedMs(policy);
  const { upstream_rq_per_try_timeout: ended = 0, upstream_rq_retry: again = 0 } = counted;
  const answered = report.answers.find(({ answer }) => answer === '504');
  if (ended > 0) {
    const isAlone = again === 0 && ended === answered?.count && (counted.upstream_rq_timeout ?? 0) === 0;
    if (isAlone && answered.leastMs < setMs - EARLY_MS)
      return doesNotAct(`${toldAnswers(answered)}: ended by the sidecar before ${perTryTimeout}`);
    if (isAlone && answered.leastMs > latestMs)
      return doesNotAct(`${toldAnswers(answered)}: ended long after ${perTryTimeout}`);
    return acts(`it ended ${ended} tries${answered === undefined ? '' : `; ${toldAnswers(answered)}`}`);
  }
  // with more tries a request may take longer than one of them
  const slow = again > 0 ? [] : report.answers.filter(({ mostMs }) => mostMs > lateMs(setMs));
  const overdue = slow.filter(({ mostMs }) => mostMs > latestMs);
  if (overdue.length > 0)
    return doesNotAct(`${overdue.map(toldAnswers).join(', ')}: one try, longer than ${perTryTimeout}`);
  if (slow.length > 0)
    return hiddenByFault(`fault.delay holds requests before a try begins: ${slow.map(toldAnswers).join(', ')}`);
  return notExercised('no try took so long', `give by --path one that takes longer than ${perTryTimeout}`);
}
