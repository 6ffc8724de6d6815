import { SKIP_CHECKS } from '../decision/checks/index.ts';
import { type Decision, decide } from '../decision/decide.ts';
import { type Subject, subjectOf } from '../decision/subject.ts';
import { readPod } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { edited } from '../sidecar/edit.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';
import { type KnownLabels, watchedLabels } from './known-labels.ts';
import type { Outcome, Simulated } from './outcome.ts';

/** A pod that is whole, with what is known of its surroundings. */
export interface WholePod {
  /** Of unknown shape. */
  readonly pod: unknown;
  readonly namespace: { readonly name: string; readonly known: KnownLabels };
  readonly services: TrafficServices;
  /** No API server has completed it. */
  readonly asWritten: boolean;
}

/** What the policy decides about the pod, by the same checks as the webhook, and the pod as it would be created. */
export function simulatePod({ pod, namespace, services, asWritten }: WholePod, policy: ActivePolicy): Simulated {
  const read = readPod(pod);
  if ('problems' in read) return { outcome: { verdict: 'deny', reason: 'rendered-pod-invalid', rule: '', also: [] } };
  const gaps = new Set<string>();
  const labels = watchedLabels(namespace.known, (key) => gaps.add(key));
  const subject = subjectOf(read.pod, { name: namespace.name, labels }, policy, NO_RECORD, asWritten, services);
  // a selector of a profile may ask as well, and the profile is part of what is checked
  const chosenBlindly = gaps.size > 0;
  const decision = decide(subject);
  if (gaps.size === 0) return { outcome: outcomeOf(decision, subject) };
  const missing = [...gaps].map((key) => `label ${key} of namespace ${namespace.name}`);
  const settled = chosenBlindly ? undefined : settledWithout(gaps, subject);
  if (settled !== undefined) return { outcome: settled };
  return { unknown: { missing } };
}

// it would stand in the status on the pod, which is not compared
const NO_RECORD = '0000000000000000';

function outcomeOf({ verdict, reason, rule, also }: Decision, subject: Subject): Outcome {
  const { profile } = subject;
  const common = { verdict, reason, rule, also };
  if (verdict !== 'inject' && reason !== 'already-injected') return common;
  const edit = subject.edit();
  return {
    ...common,
    profile: profile.name,
    profileRevision: profile.revision,
    injected: edit === undefined ? subject.pod : edited(subject.pod, edit),
  };
}

/** The first reason to leave the pod alone, where it is found before a label is asked for that is not known. */
function settledWithout(gaps: Set<string>, subject: Subject): Outcome | undefined {
  gaps.clear();
  for (const check of SKIP_CHECKS) {
    const finding = check(subject);
    if (gaps.size > 0) return undefined;
    if (finding !== undefined) return { verdict: 'skip', reason: finding.reason, rule: finding.rule, also: [] };
  }
  return undefined;
}
