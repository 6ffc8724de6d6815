import type { Destination } from '../xds/resilience/destination.ts';
import type { ExplainedSetting } from '../xds/resilience/explained.ts';
import type { Counted } from './counters.ts';
import type { ProbePlan } from './probe-plan.ts';
import type { ProbeReport } from './probe-report.ts';
import type { TakenRoute } from './taken-route.ts';

/** What can be said of a feature after a probe. */
export const VERDICTS = {
  acts: 'it was seen to act as it is set',
  'does-not-act': 'it should have acted, and did not',
  'not-exercised': 'nothing happened that it would have acted on',
  'left-out': 'it is set, and cannot be done for this Service',
  off: 'it is switched off',
} as const;
export type Verdict = keyof typeof VERDICTS;

export type Feature = 'timeout' | 'perTryTimeout' | 'retries' | 'retryBudget' | 'circuitBreaker' | 'outlierDetection';

/** What is said of one feature. */
export interface Judgement {
  readonly feature: Feature;
  readonly verdict: Verdict;
  /** What is set, and who chose it. */
  readonly set: readonly ExplainedSetting[];
  /** The evidence. */
  readonly seen: string;
  /** What would exercise it, where nothing did. */
  readonly next?: string;
}

/** What features are judged by. */
export interface Evidence extends TakenRoute {
  readonly destination: Destination;
  /** How many upstreams its requests may go to, each with limits of its own: the service, and its new version. */
  readonly upstreams: number;
  readonly plan: ProbePlan;
  readonly report: ProbeReport;
  readonly counted: Counted;
}

/** What is said of a feature, but for what is set. */
export type Finding = Omit<Judgement, 'feature' | 'set'>;

export const off: Finding = { verdict: 'off', seen: 'nothing is set' };
export const acts = (seen: string): Finding => ({ verdict: 'acts', seen });
export const doesNotAct = (seen: string): Finding => ({ verdict: 'does-not-act', seen });
export const notExercised = (seen: string, next: string): Finding => ({ verdict: 'not-exercised', seen, next });
