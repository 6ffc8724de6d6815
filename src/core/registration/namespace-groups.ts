import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import type { LabelRequirement } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { hasKey, keyIs, not } from './cel.ts';
import type { MatchCondition } from './pod-conditions.ts';

/**
 * Namespaces that one selector can describe, and what else a pod there has to bring. A selector cannot say "this or that",
 * so every alternative of the opt-in rule is a group, and no pod belongs to two.
 */
export interface NamespaceGroup {
  /** The prefix of the hook’s name; the group of enabled namespaces has none. */
  readonly prefix: string;
  readonly namespaces: readonly LabelRequirement[];
  readonly pods: readonly MatchCondition[];
  /** Whether a pod of the group always carries the mark. */
  readonly marked: boolean;
}

const LABELS = 'object.metadata.labels';

/** The groups in which `decide` can say inject: table 1.4 of the Istio reference, by rows. */
export function openGroups(policy: ActivePolicy): readonly NamespaceGroup[] {
  const { rule, namespaceLabel, revision, podKey } = policy.spec.optIn;
  const { key, enabled } = namespaceLabel;
  const unlabelled: LabelRequirement = { key, operator: 'DoesNotExist' };
  const always: NamespaceGroup[] = [
    { prefix: '', namespaces: [{ key, operator: 'In', values: [enabled] }], pods: [], marked: false },
    {
      prefix: 'revision.',
      namespaces: [unlabelled, { key: REVISION_LABEL, operator: 'In', values: [revision] }],
      pods: [],
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
      pods: [
        { name: 'asks-by-label', expression: keyIs(LABELS, podKey, 'true') },
        { name: 'names-no-revision', expression: not(hasKey(LABELS, REVISION_LABEL)) },
      ],
      marked: true,
    },
    {
      prefix: 'revision.object.',
      namespaces: neither,
      pods: [{ name: 'names-our-revision', expression: keyIs(LABELS, REVISION_LABEL, revision) }],
      marked: false,
    },
  ];
}

/** Namespaces that are protected, by the name the API server puts on each as a label. */
export const unprotected = ({ protectedNamespaces }: ActivePolicy): LabelRequirement => ({
  key: 'kubernetes.io/metadata.name',
  operator: 'NotIn',
  values: [...protectedNamespaces].sort(),
});
