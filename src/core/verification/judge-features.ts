import type { Destination } from '../xds/resilience/destination.ts';
import { explainedDestination } from '../xds/resilience/explained.ts';
import { judgeCircuitBreaker } from './circuit-breaker.ts';
import type { Evidence, Feature, Finding, Judgement } from './judgement.ts';
import { judgeOutlierDetection } from './outlier-detection.ts';
import { judgePerTryTimeout } from './per-try-timeout.ts';
import type { ProbePlan } from './probe-plan.ts';
import { answeringUpstreams } from './probe-pod.ts';
import type { ProbeReport } from './probe-report.ts';
import { judgeRetries, judgeRetryBudget } from './retries.ts';
import { takenRoute } from './taken-route.ts';
import { judgeTimeout } from './timeout.ts';

/** Each feature that can be verified; a new one is a file and a line. */
const FEATURES: readonly (readonly [feature: Feature, judge: (evidence: Evidence) => Finding])[] = [
  ['timeout', judgeTimeout],
  ['perTryTimeout', judgePerTryTimeout],
  ['retries', judgeRetries],
  ['retryBudget', judgeRetryBudget],
  ['circuitBreaker', judgeCircuitBreaker],
  ['outlierDetection', judgeOutlierDetection],
];

/** Says of each feature whether it acts, by what a probe saw. */
export function judgeFeatures(destination: Destination, plan: ProbePlan, report: ProbeReport): readonly Judgement[] {
  const taken = takenRoute(destination, plan);
  const upstreams = answeringUpstreams(destination).length;
  const evidence = { ...taken, destination, upstreams, plan, report, counted: report.counted };
  return FEATURES.map(([feature, judge]) => ({
    feature,
    set: settings(destination, plan, feature),
    ...judge(evidence),
  }));
}

/** The same where nothing can act, since the sidecar does nothing with these requests. */
export const judgeUntreated = (destination: Destination, plan: ProbePlan, because: string): readonly Judgement[] => {
  const nothing: ProbeReport = { sent: 0, answers: [], atOnce: 0, counted: {} };
  return judgeFeatures(destination, plan, nothing).map(({ next: _next, ...judgement }) =>
    judgement.verdict === 'off' || judgement.verdict === 'left-out'
      ? judgement
      : { ...judgement, verdict: 'does-not-act', seen: because },
  );
};

// part of the retries, and judged by itself: it ends the first try too
const PER_TRY = 'retries.perTryTimeout';

/** What is set for a feature, with who chose it: of the route that the probe takes, or of the whole destination. */
function settings(destination: Destination, plan: ProbePlan, feature: Feature): Judgement['set'] {
  const { settings: whole } = explainedDestination(destination, destination.namespace, '');
  const { route } = takenRoute(destination, plan);
  return [...route.settings, ...whole].filter(({ what }) =>
    what === PER_TRY ? feature === 'perTryTimeout' : what === feature || what.startsWith(`${feature}.`),
  );
}
