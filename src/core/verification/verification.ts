import type { LeftOut } from '../traffic/left-out.ts';
import type { Carried } from './carried.ts';
import type { Judgement, Verdict } from './judgement.ts';
import type { ProbePlan } from './probe-plan.ts';
import type { Answers } from './probe-report.ts';

/** A pod whose sidecar does something with the requests to a Service, and not what it says now. */
export interface OutdatedCaller {
  readonly pod: string;
  readonly values: Exclude<Carried['values'], 'same'>;
}

/** What a probe shows of what a Service says about its traffic. */
export interface Verification {
  /** As namespace/name. */
  readonly service: string;
  /** Where the probe was. */
  readonly namespace: string;
  readonly url: string;
  readonly plan: ProbePlan;
  /** Of the route that its requests take. */
  readonly route: string;
  readonly sent: number;
  readonly answers: readonly Answers[];
  readonly features: readonly Judgement[];
  readonly leftOut: readonly LeftOut[];
  /** What the sidecar of a pod that is created now has of it. */
  readonly newPods: Carried['values'];
  /** The pods of the namespace that name the Service; undefined where they may not be read. */
  readonly callers?: { readonly count: number; readonly outdated: readonly OutdatedCaller[] };
}

/** does-not-act: something that is set does not act. nothing-exercised: nothing acted. acts: something acted, and everything that had to. */
export type Conclusion = 'acts' | 'does-not-act' | 'nothing-exercised';

/** What it comes to. A caller that carries older values is one for which those that are set now do not act. */
export function concluded({
  features,
  callers,
  newPods,
}: Pick<Verification, 'features' | 'callers' | 'newPods'>): Conclusion {
  const has = (verdict: Verdict) => features.some((feature) => feature.verdict === verdict);
  if (has('does-not-act') || newPods === 'older' || (callers?.outdated.length ?? 0) > 0) return 'does-not-act';
  return has('acts') ? 'acts' : 'nothing-exercised';
}
