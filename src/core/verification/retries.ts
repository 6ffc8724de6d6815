import { abortedAs, hiddenByFault } from './faults.ts';
import { acts, doesNotAct, type Evidence, type Finding, notExercised, off } from './judgement.ts';

/** A request that failed as the team names is sent again, and not more often than set. */
export function judgeRetries({ policy, report, counted }: Evidence): Finding {
  const { retries } = policy;
  if (retries === 'none' || retries.attempts === 0) return off;
  const { upstream_rq_retry: again = 0, upstream_rq_retry_success: well = 0, upstream_rq_total: tries = 0 } = counted;
  const most = retries.attempts * report.sent;
  if (again > most) return doesNotAct(`${again} more tries for ${report.sent} requests: more than ${most}`);
  if (again > 0)
    return acts(`${again} more tries for ${report.sent} requests, ${tries} in all; ${well} of them ended well`);
  const { upstream_rq_retry_overflow: heldBack = 0 } = counted;
  if (heldBack > 0)
    return notExercised(`${heldBack} were due, and held back by the limit on retries`, 'give a lower --concurrency');
  const failed = retriable(retries.retryOn, { report, counted });
  const told = ({ count, statuses }: typeof failed) =>
    `${count} answered ${statuses.join(', ')}, and none was sent again`;
  const made = abortedAs(policy);
  const others = retriable(retries.retryOn, {
    report: { ...report, answers: report.answers.filter(({ answer }) => answer !== made) },
    counted,
  });
  if (others.count > 0) return doesNotAct(told(others));
  if (failed.count > 0) return hiddenByFault(`${told(failed)}: fault.abort answers so, without a try`);
  return notExercised(
    `no request failed as retryOn says: ${retries.retryOn.join(', ')}`,
    'give by --path one that fails in one of these ways',
  );
}

/** Requests that ended with a failure after which another try was due, the sidecar’s own answers left out. */
function retriable(retryOn: readonly string[], { report, counted }: Pick<Evidence, 'report' | 'counted'>) {
  const { upstream_rq_active_overflow: active = 0, upstream_rq_pending_overflow: pending = 0 } = counted;
  const own: Readonly<Record<string, number>> = { 503: active + pending, 504: counted.upstream_rq_timeout ?? 0 };
  const failed = report.answers
    .map(({ answer, count }) => ({ answer, count: count - (own[answer] ?? 0) }))
    .filter(({ answer, count }) => count > 0 && retryOn.some((failure) => isMeant(failure, answer)));
  return {
    count: failed.reduce((sum, { count }) => sum + count, 0),
    statuses: failed.map(({ answer }) => answer),
  };
}

/** The statuses that Envoy’s words stand for; what they say about connections leaves no status of its own. */
const STATUSES: Readonly<Record<string, RegExp>> = {
  '5xx': /^5\d\d$/,
  'gateway-error': /^50[234]$/,
  'retriable-4xx': /^409$/,
};

const isMeant = (failure: string, answer: string): boolean =>
  failure === answer || (Object.hasOwn(STATUSES, failure) && STATUSES[failure]?.test(answer) === true);

/** Retries beyond the budget are not made. How many were under way at once nothing tells, so it is never said that it does not act. */
export function judgeRetryBudget({ destination, policy: { retries }, counted }: Evidence): Finding {
  if (destination.values.retryBudget === 'none') return off;
  if (retries === 'none' || retries.attempts === 0) return { verdict: 'off', seen: 'there are no retries to bound' };
  const { upstream_rq_retry: again = 0, upstream_rq_retry_overflow: heldBack = 0 } = counted;
  if (heldBack > 0) return acts(`${heldBack} more tries were held back, ${again} were made`);
  return notExercised(
    again === 0 ? 'no request was sent again' : `${again} more tries were made, and none was too many at once`,
    'give by --path one that fails as retryOn says, and a higher --concurrency',
  );
}
