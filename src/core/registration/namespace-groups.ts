import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import type { LabelRequirement } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { all, any, hasKey, keyIs, type LabelMap, labelsMatch, not } from './cel.ts';
import { notExcluded } from './exclusions.ts';
import type { MatchCondition } from './match-condition.ts';
import { inOpenStage } from './stages.ts';

/**
 * Namespaces that one selector can describe, and what else a pod there has to bring. A selector cannot say "this or that",
 * so every alternative of the opt-in rule is a group, and no pod belongs to two.
 */
export interface NamespaceGroup {
  /** The prefix of the hook’s name; the group of enabled namespaces has none. */
  readonly prefix: string;
  readonly namespaces: readonly LabelRequirement[];
  /** The conditions of a pod whose labels stand there. */
  pods(labels: LabelMap): readonly MatchCondition[];
  /** Whether a pod of the group always carries the mark. */
  readonly marked: boolean;
}

const anyPod = (): readonly MatchCondition[] => [];

/** The groups in which `decide` can say inject: table 1.4 of the Istio reference, by rows. */
export function openGroups(policy: ActivePolicy): readonly NamespaceGroup[] {
  const { rule, namespaceLabel, revision, podKey } = policy.spec.optIn;
  const { key, enabled } = namespaceLabel;
  const unlabelled: LabelRequirement = { key, operator: 'DoesNotExist' };
  const always: NamespaceGroup[] = [
    { prefix: '', namespaces: [{ key, operator: 'In', values: [enabled] }], pods: anyPod, marked: false },
    {
      prefix: 'revision.',
      namespaces: [unlabelled, { key: REVISION_LABEL, operator: 'In', values: [revision] }],
      pods: anyPod,
      marked: false,
    },
  ];
  if (rule === 'NamespaceAndPod') return always;
  const neither: readonly LabelRequirement[] = [unlabelled, { key: REVISION_LABEL, operator: 'DoesNotExist' }];
  return [
    ...always,
    {
      prefix: 'object.',
      namespaces: neither,
      pods: (labels) => [
        { name: 'asks-by-label', expression: keyIs(labels, podKey, 'true') },
        { name: 'names-no-revision', expression: not(hasKey(labels, REVISION_LABEL)) },
      ],
      marked: true,
    },
    {
      prefix: 'revision.object.',
      namespaces: neither,
      pods: (labels) => [{ name: 'names-our-revision', expression: keyIs(labels, REVISION_LABEL, revision) }],
      marked: false,
    },
  ];
}

/** The namespace is not enabled by its opt-in label; it may still be open by its revision. */
export const notEnabled = ({ spec }: ActivePolicy): LabelRequirement => {
  const { key, enabled } = spec.optIn.namespaceLabel;
  return { key, operator: 'NotIn', values: [enabled] };
};

/** A part of all namespaces, for one hook of several that share an object. */
export interface HookPart {
  readonly prefix: string;
  readonly namespaces: readonly LabelRequirement[];
  readonly conditions: readonly MatchCondition[];
}

/**
 * All namespaces in parts, so that an object which meets its conditions matches one hook and never two. What carries a mark
 * outside the enabled namespaces belongs to the last part, so `open` has to exclude it.
 * @param labels where the labels of the pod stand
 * @param conditions of namespaces that are enabled by their label, of others that are open, and of all but the enabled
 */
export function hookParts(
  policy: ActivePolicy,
  labels: LabelMap,
  conditions: Readonly<Record<'enabled' | 'open' | 'elsewhere', readonly MatchCondition[]>>,
): readonly HookPart[] {
  const open = openGroups(policy)
    .filter(({ marked }) => !marked)
    .map(({ prefix, namespaces, pods }) => ({
      prefix,
      namespaces,
      conditions: prefix === '' ? conditions.enabled : [...pods(labels), ...conditions.open],
    }));
  return [...open, { prefix: 'marked.', namespaces: [notEnabled(policy)], conditions: conditions.elsewhere }];
}

/** Namespaces that are protected, by the name the API server puts on each as a label. */
export const unprotected = ({ protectedNamespaces }: ActivePolicy): LabelRequirement => ({
  key: 'kubernetes.io/metadata.name',
  operator: 'NotIn',
  values: [...protectedNamespaces].sort(),
});

/**
 * The pod of a request is in one of the open groups, no exclusion is about it, and its stage of the rollout is open. Only a validation can
 * say this: matchConditions see no namespace.
 */
export const namespaceIsOpen = (policy: ActivePolicy): string =>
  all(inOpenGroup(policy), ...notExcluded(policy), ...inOpenStage(policy));

/** The namespace, or the pod itself, has opted in as far as the opt-in rule goes. */
export const inOpenGroup = (policy: ActivePolicy): string =>
  any(
    ...openGroups(policy).map(({ namespaces, pods }) =>
      all(
        labelsMatch({ matchExpressions: [...namespaces] }, 'namespaceObject.metadata.labels'),
        ...pods('object.metadata.labels').map(({ expression }) => expression),
      ),
    ),
  );
