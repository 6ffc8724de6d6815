import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import { namespaceAnswer } from '../decision/opt-in/rules.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { ownValue } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { quoted } from '../problem/quoted.ts';
import type { RolloutRecord, WrittenLabel } from './rollout-record.ts';
import { coversNamespace, stagesHere } from './stage-members.ts';

/** A label of a namespace that is written, or taken away when `to` is null. */
export interface LabelChange {
  readonly namespace: string;
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Something of a stage that is not done, and why. */
export interface LeftUndone {
  readonly namespace: string;
  readonly says: string;
}

/** What becomes of the labels of namespaces, and what is left as it is. */
export interface StageLabels {
  readonly changes: readonly LabelChange[];
  readonly left: readonly LeftUndone[];
}

type Feature = NonNullable<RolloutStage['features']>[number];

/** The label of a namespace by which the policy chooses a profile with a feature. */
export const featureLabel = (feature: Feature): string => `feature.pillion.io/${feature}`;

/** What `open` writes on the namespaces of a stage, so that their pods may ask and get its features. */
export function openingLabels(
  stage: RolloutStage,
  namespaces: readonly Namespace[],
  policy: ActivePolicy,
): StageLabels {
  const known = new Set(namespaces.map(({ name }) => name));
  const unknown = (stage.namespaces ?? []).filter((name) => !known.has(name));
  const covered = namespaces.filter((namespace) => coversNamespace(stage, namespace));
  const each = covered.map((namespace) => openingOf(stage, namespace, policy));
  return {
    changes: each.flatMap(({ changes }) => changes),
    left: [
      ...unknown.map((namespace) => ({ namespace, says: 'is not there; create it, or take it out of the stage' })),
      ...each.flatMap(({ left }) => left),
    ],
  };
}

function openingOf({ features = [] }: RolloutStage, { name, labels }: Namespace, policy: ActivePolicy): StageLabels {
  const { key, enabled, disabled } = policy.spec.optIn.namespaceLabel;
  const left = (says: string): StageLabels => ({ changes: [], left: [{ namespace: name, says }] });
  if (policy.protectedNamespaces.has(name)) return left('is protected by the policy and never injected');
  const optIn = ownValue(labels, key) ?? null;
  // somebody closed it on purpose
  if (optIn === disabled)
    return left(`has opted out by ${key}=${disabled}; its owners have to take that label away first`);
  const answer = namespaceAnswer(labels, policy.spec.optIn);
  // the label would take its pods from the control plane that somebody chose
  if (answer === 'other-revision')
    return left(
      `belongs to another revision by ${REVISION_LABEL}=${ownValue(labels, REVISION_LABEL)}; its owners have to take that label away first`,
    );
  const wanted = [
    ...(answer === undefined ? [] : [{ key, value: enabled }]),
    ...features.map((feature) => ({ key: featureLabel(feature), value: 'enabled' })),
  ];
  const changes = wanted.flatMap((label): LabelChange[] => {
    const from = ownValue(labels, label.key) ?? null;
    return from === label.value ? [] : [{ namespace: name, key: label.key, from, to: label.value }];
  });
  return { changes, left: [] };
}

/** Labels that are about to be written, as they are noted for a rollback. */
export const notedLabels = (stage: string, changes: readonly LabelChange[]): readonly WrittenLabel[] =>
  changes.flatMap(({ namespace, key, from, to }) =>
    to === null ? [] : [{ stage, namespace, key, value: to, before: from }],
  );

/**
 * The stage as a rollback has to look at it: also one that was renamed or taken out of the plan, and with namespaces that it covered when it
 * was opened, as long as a label of theirs is noted.
 * @returns undefined when neither the record knows it nor the plan, in its environment
 */
export function stageToClose(plan: RolloutPlan, { labels }: RolloutRecord, name: string): RolloutStage | undefined {
  const planned = stagesHere(plan).find((one) => one.name === name);
  const noted = labels.filter(({ stage }) => stage === name).map(({ namespace }) => namespace);
  if (noted.length === 0) return planned;
  const namespaces = [...new Set([...(planned?.namespaces ?? []), ...noted])];
  return { ...(planned ?? { name, state: 'Closed' }), namespaces };
}

/** What a rollback does, and what becomes of the labels that are noted. */
export interface ClosingLabels extends StageLabels {
  /** Noted labels of the stage that another open stage needs: they are that one’s from now on. */
  readonly handedOver: readonly { readonly label: WrittenLabel; readonly to: string }[];
  /**
   * Noted labels that do not stand any more, or never did since a command was interrupted. What is written there later is somebody else’s, so
   * they are forgotten.
   */
  readonly outdated: readonly WrittenLabel[];
}

/** Whether a rollback has neither a label to take away nor a note to settle. */
export const isSettled = ({ changes, handedOver, outdated }: ClosingLabels): boolean =>
  changes.length + handedOver.length + outdated.length === 0;

/**
 * What `rollback` takes away: exactly what `open` wrote, as far as it still stands and no other stage that is open needs it. What stood there
 * before comes back.
 */
export function closingLabels(
  plan: RolloutPlan,
  stage: RolloutStage,
  { labels }: RolloutRecord,
  namespaces: readonly Namespace[],
): ClosingLabels {
  const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
  const others = stagesHere(plan).filter(({ name, state }) => state === 'Open' && name !== stage.name);
  const changes: LabelChange[] = [];
  const left: LeftUndone[] = [];
  const handedOver: { label: WrittenLabel; to: string }[] = [];
  const outdated: WrittenLabel[] = [];
  for (const label of labels.filter((one) => one.stage === stage.name)) {
    const { namespace, key, value, before } = label;
    const standing = byName.get(namespace);
    // with a namespace that is gone its labels are
    if (standing === undefined) {
      outdated.push(label);
      continue;
    }
    const now = ownValue(standing.labels, key) ?? null;
    const heir = others.find((other) => needs(other, standing, key));
    if (now !== value) {
      outdated.push(label);
      if (now !== before) left.push({ namespace, says: changedSince(label, now) });
    } else if (heir !== undefined) {
      handedOver.push({ label, to: heir.name });
      left.push({
        namespace,
        says: `keeps ${key}=${value}, since the stage ${heir.name}, which is open, needs it; to take it away as well: pillion rollout rollback ${heir.name}`,
      });
    } else changes.push({ namespace, key, from: now, to: before });
  }
  return { changes, left, handedOver, outdated };
}

function needs(stage: RolloutStage, namespace: Namespace, key: string): boolean {
  if (!coversNamespace(stage, namespace)) return false;
  const isFeature = key.startsWith(featureLabel('' as Feature));
  return !isFeature || (stage.features ?? []).some((feature) => featureLabel(feature) === key);
}

const changedSince = ({ key, value }: WrittenLabel, now: string | null): string =>
  `has ${now === null ? `no label ${key}` : `${key}=${quoted(now)}`} in place of ${quoted(value)}: somebody changed it since, so it stays`;
