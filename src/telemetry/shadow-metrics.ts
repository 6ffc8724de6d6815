import type { Counter } from '@prometheus-io/client';
import { type Hook, SHADOW_HOOKS } from '../core/admission/hook.ts';
import type { ShadowAnswer } from '../core/decision/shadows.ts';
import type { MetricRow } from './metric-table.ts';

const POLICIES = 'the policies in mode Shadow, at most 8';
const RESULTS = ['same', 'differs', 'failed'] as const satisfies readonly ShadowAnswer['result'][];
const VERDICTS = ['inject', 'skip', 'deny'] as const;

/** The metrics of policies in mode Shadow. */
export const SHADOW_METRICS = {
  shadowDecisions: {
    name: 'pillion_shadow_decisions_total',
    type: 'counter',
    help: 'Decisions about pods, and forecasts (hook workloads), that a policy in mode Shadow was asked for as well. A pod is counted where it is decided about, not a second time when its creation ends.',
    labels: { policy: POLICIES, hook: SHADOW_HOOKS, result: RESULTS },
  },
  shadowDifferences: {
    name: 'pillion_shadow_differences_total',
    type: 'counter',
    help: 'Those of them that differ, by what the active policy decided and what the other one would have; equal verdicts differ in reason, profile or sidecar.',
    labels: { policy: POLICIES, verdict: VERDICTS, shadow: VERDICTS },
  },
} as const satisfies Record<string, MetricRow>;

/** What is counted of policies in mode Shadow. */
export interface ShadowMetrics {
  /** Those that are asked from now on; series of others go. */
  asked(policies: readonly string[]): void;
  /** What one of them says; one that is asked no more is not counted. */
  decided(hook: Hook, answer: Pick<ShadowAnswer, 'policy' | 'result' | 'before' | 'after'>): void;
}

export function shadowMetrics(decisions: Counter<string>, differences: Counter<string>): ShadowMetrics {
  let known: ReadonlySet<string> = new Set();
  const decisionSeries = (policy: string) =>
    SHADOW_HOOKS.flatMap((hook) => RESULTS.map((result) => ({ policy, hook, result })));
  const differenceSeries = (policy: string) =>
    VERDICTS.flatMap((verdict) => VERDICTS.map((shadow) => ({ policy, verdict, shadow })));
  return {
    asked(policies) {
      const now = new Set(policies);
      for (const policy of known) {
        if (now.has(policy)) continue;
        for (const labels of decisionSeries(policy)) decisions.remove(labels);
        for (const labels of differenceSeries(policy)) differences.remove(labels);
      }
      // a series that first appears with its first event has no increase to alert on
      for (const policy of now) for (const labels of decisionSeries(policy)) decisions.inc(labels, 0);
      known = now;
    },
    decided(hook, { policy: { name: policy }, result, before, after }) {
      if (!known.has(policy)) return;
      decisions.inc({ policy, hook, result });
      if (result === 'differs') differences.inc({ policy, verdict: before.verdict, shadow: after.verdict });
    },
  };
}
