import type { EffectiveValues } from '../traffic/effective-values.ts';
import { delayedMs, hiddenByFault } from './faults.ts';
import { acts, doesNotAct, type Evidence, type Finding, notExercised, off } from './judgement.ts';
import { PROBE_LIMITS } from './probe-plan.ts';

/** What is under way beyond a limit is refused at once, with 503. */
export function judgeCircuitBreaker(evidence: Evidence): Finding {
  const { destination, policy, upstreams, plan, report, counted } = evidence;
  const bound = boundOf(destination.values);
  if (bound === undefined) return { ...off, seen: 'no limit on requests or connections is set' };
  // each upstream has limits of its own
  const { isStrict } = bound;
  const most = bound.requests * upstreams;
  const { upstream_rq_active_overflow: active = 0, upstream_rq_pending_overflow: pending = 0 } = counted;
  const refused = active + pending;
  const isBeyond = isStrict && report.atOnce > most;
  if (isBeyond && delayedMs(policy) === 0)
    return doesNotAct(`${report.atOnce} requests were under way at once, more than ${most}`);
  if (refused > 0) {
    const { count = 0 } = report.answers.find(({ answer }) => answer === '503') ?? {};
    return acts(`${refused} of ${report.sent} refused at once; ${count} answered 503`);
  }
  if (isBeyond)
    return hiddenByFault(
      `${report.atOnce} requests were under way at once, some of them held by fault.delay, where no limit counts them`,
    );
  const seen = `never more than ${plan.concurrency} under way at once; the limit is ${most}`;
  if (plan.concurrency <= most) {
    const next =
      most < PROBE_LIMITS.concurrency
        ? `give --concurrency ${Math.min(PROBE_LIMITS.concurrency, 2 * most + 1)}, and as many --requests or more`
        : `a probe sends at most ${PROBE_LIMITS.concurrency} at once; try the limit with a lower value on a Service for tests`;
    return notExercised(seen, next);
  }
  return notExercised(`${seen}, and they were too short to meet`, 'give by --path one that takes a second');
}

/**
 * How many requests may be under way at once, as far as is known. A limit on connections lets more of them pass than it says: every endpoint
 * gets one connection, and others wait.
 */
function boundOf({ circuitBreaker }: EffectiveValues): { requests: number; isStrict: boolean } | undefined {
  if (circuitBreaker === 'none') return undefined;
  const { maxRequests, maxConnections, maxPendingRequests } = circuitBreaker;
  const connections = maxConnections === 'none' || maxPendingRequests === 'none' ? Number.POSITIVE_INFINITY : 0;
  const waiting = connections === 0 ? Number(maxConnections) + Number(maxPendingRequests) : connections;
  const requests = maxRequests === 'none' ? Number.POSITIVE_INFINITY : maxRequests;
  const least = Math.min(requests, waiting);
  return least === Number.POSITIVE_INFINITY ? undefined : { requests: least, isStrict: requests <= waiting };
}
