import { checkWorkload } from '../../compatibility/check-workload.ts';
import type { FitFinding, FitVerdict } from '../../compatibility/compatibility.ts';
import { type Examined, examinedOf } from '../../compatibility/examined.ts';
import type { FitObject } from '../../compatibility/fit-object.ts';
import type { Surroundings } from '../../compatibility/surroundings.ts';
import { explanationOf, type Reason } from '../../decision/reasons.ts';
import { ownerOf } from '../../kubernetes/owner.ts';
import { labelsOf, ownValue } from '../../kubernetes/pod.ts';
import type { WorkloadPod } from '../../kubernetes/workload.ts';
import { amountStatements } from './amounts.ts';
import { type BriefedPod, type BriefedUnder, briefedPod } from './briefed-pod.ts';
import { captureStatements } from './capture.ts';
import { changedSidecarStatements } from './changed-sidecar.ts';
import { changedWays } from './changed-ways.ts';
import { containerStatements } from './containers.ts';
import { featureStatements } from './features.ts';
import { logLookups } from './log-lookups.ts';
import type { Lookup } from './lookup.ts';
import { metadataStatements } from './metadata.ts';
import { metricLookups } from './metric-lookups.ts';
import { orderStatements } from './order.ts';
import { otherFieldStatements, volumeStatements } from './other-fields.ts';
import { joined, type Phrase, say, words } from './phrase.ts';
import { probeStatements } from './probes.ts';
import { STATEMENT_KINDS, type Statement } from './statement.ts';
import { traceLookups } from './trace-lookups.ts';
import { type Way, waysOf } from './ways.ts';

/** What will change for one workload. */
export interface WorkloadBriefing {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly squad?: string;
  readonly profile?: string;
  readonly verdict: 'inject' | 'skip' | 'deny';
  readonly reason: Reason;
  /** What becomes of its pods, in a sentence. */
  readonly outcome: Phrase;
  readonly statements: readonly Statement[];
  /**
   * What would be told of pods without a sidecar. A squad acknowledges this, so that what it has read does not become another text when its
   * pods get their sidecar.
   */
  readonly acknowledged: readonly Statement[];
  readonly compatibility: FitVerdict;
  readonly findings: readonly FitFinding[];
  readonly lookups: readonly Lookup[];
  readonly ways: readonly Way[];
}

/** What a workload is briefed under. */
export interface BriefingContext extends BriefedUnder {
  readonly around: Surroundings;
  /** Whose opening it is about. */
  readonly stage: string | undefined;
}

/** Says what will change for a workload once it opts in, computed by the same `admit` as the webhook’s answer. */
export function briefWorkload(made: WorkloadPod, workload: FitObject, context: BriefingContext): WorkloadBriefing {
  const { kind, namespace, name } = workload;
  const briefed = briefedPod(made.pod, context);
  const checkedIn = { ...context, namespace: withLabels(context, briefed) };
  const { verdict: compatibility, findings } = checkWorkload(made, workload, checkedIn);
  const common = { kind, namespace, name, compatibility, findings };
  if ('problems' in briefed)
    return {
      ...common,
      verdict: 'deny',
      reason: 'rendered-pod-invalid',
      outcome: say`Its template makes no pod: ${words(briefed.problems.map(({ message }) => message).join('; '))}.`,
      statements: [],
      acknowledged: [],
      lookups: [],
      ways: [],
    };
  const { record, subject } = briefed;
  const { verdict, reason } = record;
  const squad = ownValue(labelsOf(briefed.before), subject.policy.spec.ownership.squad.workloadLabel);
  const isInjected = verdict === 'inject';
  const looked = {
    namespace,
    workload: ownerOf(briefed.before)?.name ?? name,
    // kubectl reads no logs of a CronJob
    object: kind === 'CronJob' ? 'job/JOB' : `${kind.toLowerCase()}/${name}`,
    labels: labelsOf(briefed.after),
  };
  const { signals } = subject.profile;
  const examined = examinedOf(subject, workload, made.templatePath, context.around);
  const whole = isInjected ? wholeSidecar(briefed, examined) : [];
  const statements =
    isInjected && briefed.today !== undefined
      ? ordered(changedSidecarStatements(briefed, briefed.today, examined))
      : whole;
  const ways = isInjected ? waysOf(briefed, workload, context.stage) : [];
  return {
    ...common,
    ...(squad ? { squad } : {}),
    profile: subject.profile.name,
    verdict: verdict === 'inject' || verdict === 'skip' ? verdict : 'deny',
    reason,
    outcome: outcomeOf(briefed, statements),
    statements,
    acknowledged: whole,
    lookups: isInjected ? [metricLookups, logLookups, traceLookups].flatMap((lookups) => lookups(signals, looked)) : [],
    ways: briefed.today === undefined ? ways : changedWays(ways, workload),
  };
}

/** All that a sidecar changes for pods without one. */
const wholeSidecar = (briefed: BriefedPod, examined: Examined): readonly Statement[] =>
  ordered([
    ...containerStatements(briefed),
    ...captureStatements(briefed),
    ...probeStatements(briefed),
    ...orderStatements(briefed),
    ...amountStatements(briefed, examined),
    ...featureStatements(briefed),
    ...volumeStatements(briefed),
    ...metadataStatements(briefed),
    ...otherFieldStatements(briefed),
  ]);

const withLabels = ({ namespace }: BriefingContext, briefed: ReturnType<typeof briefedPod>) => ({
  ...namespace,
  labels: { ...namespace.labels, ...('problems' in briefed ? {} : briefed.namespaceLabels) },
});

const ordered = (statements: readonly Statement[]): readonly Statement[] =>
  STATEMENT_KINDS.flatMap((kind) => statements.filter((statement) => statement.kind === kind));

function outcomeOf({ record, subject, today }: BriefedPod, statements: readonly Statement[]): Phrase {
  const { verdict, reason, problems } = record;
  if (verdict === 'inject' && today !== undefined)
    return statements.length === 0
      ? words('Its pods keep the sidecar that they get today: nothing changes.')
      : say`Its pods get another sidecar than today, by the profile ${subject.profile.name} in place of ${today.subject.profile.name}. What is not told here stays as it is.`;
  const { sentence, hint } = explanationOf(reason);
  if (verdict === 'inject') return say`Its pods get a sidecar, by the profile ${subject.profile.name}.`;
  const told = problems.map(({ path, message }) => (path === '' ? words(message) : say`${path} ${[message]}`));
  const because = told.length === 0 ? words(sentence) : joined(told, '; ');
  if (verdict === 'skip' && reason === 'already-injected') return words('Its template carries the sidecar already.');
  return verdict === 'skip'
    ? say`Its pods stay as they are (${reason}): ${because}. ${words(hint)}`
    : say`Its pods would be refused (${reason}): ${because}. ${words(hint)}`;
}
