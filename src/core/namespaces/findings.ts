import type { HintCode } from '../decision/hints.ts';
import type { NamespaceDenyReason } from '../decision/namespace-reasons.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import { meantLabelValue } from '../decision/opt-in/label-value.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { quoted } from '../problem/quoted.ts';
import type { NamespaceChange } from './change.ts';

/** Something about a change of a namespace that the policy refuses, or lets pass with a warning or a note. */
export interface NamespaceFinding {
  readonly reason: NamespaceDenyReason;
  readonly hint: HintCode;
  readonly action: 'Deny' | 'Warn' | 'Audit';
  /** JSON pointer into the policy. */
  readonly rule: string;
  /** What was found, as a sentence without its full stop. */
  readonly message: string;
  /** What to do about it, for somebody who was let pass. */
  readonly mend?: string;
}

/** The pods with a sidecar that run in a namespace. */
export interface InjectedPods {
  readonly namespace: string;
  readonly count: number;
  /** Whether there are pods that were not looked at. */
  readonly more: boolean;
}

/** What a question about a change may look at. */
interface Circumstances {
  readonly change: NamespaceChange;
  readonly policy: ActivePolicy;
  readonly user: string;
  readonly groups: readonly string[];
  /** Undefined when they were not or could not be counted. */
  readonly injectedPods: InjectedPods | undefined;
}

type Question = (circumstances: Circumstances) => NamespaceFinding | undefined;

const invalidLabel: Question = ({ change: { name, isNamed, before, after }, policy: { spec } }) => {
  const { key, enabled, disabled } = spec.optIn.namespaceLabel;
  const { label } = after;
  if (label === undefined || label === before.label || label === enabled || label === disabled) return undefined;
  const meant = meantLabelValue(label, { enabled, disabled });
  const advice =
    meant === undefined
      ? `only ${quoted(enabled)} and ${quoted(disabled)} count`
      : `probably ${quoted(meant)} was meant`;
  return {
    reason: 'label-value-invalid',
    hint: 'namespace-label-value-invalid',
    action: spec.namespaces.invalidLabel,
    rule: '/spec/namespaces/invalidLabel',
    message: `the label ${key} is ${quoted(label)}, which means nothing; ${advice}`,
    ...(meant === undefined
      ? {}
      : { mend: `kubectl label namespace ${isNamed ? name : 'NAME'} ${key}=${meant} --overwrite` }),
  };
};

const conflict: Question = ({ change: { after, relabelled }, policy: { spec } }) => {
  const { namespaceLabel, revision: ours } = spec.optIn;
  const { key, enabled, disabled } = namespaceLabel;
  const { label, revision } = after;
  const contradicts = (label === enabled && revision !== ours) || (label === disabled && revision === ours);
  if (!relabelled || revision === undefined || !contradicts) return undefined;
  return {
    reason: 'labels-conflict',
    hint: 'namespace-labels-conflict',
    action: spec.namespaces.conflict,
    rule: '/spec/namespaces/conflict',
    message: `${key} is ${quoted(label ?? '')} and ${REVISION_LABEL} is ${quoted(revision)}, where this mesh is ${quoted(ours)}; ${key} counts`,
  };
};

const protectedNamespace: Question = ({ change: { name, after, relabelled }, policy }) => {
  if (!relabelled || !after.open || !policy.protectedNamespaces.has(name)) return undefined;
  return {
    reason: 'namespace-is-protected',
    hint: 'namespace-protected-labelled',
    action: policy.spec.namespaces.protected,
    rule: '/spec/namespaces/protected',
    message: `namespace ${name} is protected: its pods are never injected, so the label has no effect`,
  };
};

// a policy may list hundreds of groups; five are enough to know whom to ask
const GROUPS_NAMED = 5;

const mayNotLabel: Question = ({ change: { relabelled }, policy: { spec }, user, groups }) => {
  const { groups: mayLabel, others } = spec.namespaces.mayLabel;
  if (!relabelled || mayLabel.length === 0 || mayLabel.some((group) => groups.includes(group))) return undefined;
  const named = mayLabel.slice(0, GROUPS_NAMED).map(quoted).join(', ');
  const further = mayLabel.length > GROUPS_NAMED ? ` and ${mayLabel.length - GROUPS_NAMED} more` : '';
  return {
    reason: 'may-not-label',
    hint: 'namespace-labelled-by-others',
    action: others,
    rule: '/spec/namespaces/mayLabel/others',
    message: `${quoted(user)} is in none of the groups that may change the opt-in: ${named}${further}`,
  };
};

const removalWhileInjected: Question = ({ change: { name, course }, policy: { spec }, injectedPods }) => {
  if (course !== 'closed' || injectedPods?.namespace !== name || injectedPods.count === 0) return undefined;
  const { count, more } = injectedPods;
  const run = `${more ? 'at least ' : ''}${count} ${count === 1 ? 'pod with a sidecar runs' : 'pods with a sidecar run'}`;
  return {
    reason: 'removal-while-injected',
    hint: 'namespace-closed-while-injected',
    action: spec.namespaces.removalWhileInjected,
    rule: '/spec/namespaces/removalWhileInjected',
    message: `${run} in namespace ${name}; ${count === 1 ? 'it keeps its' : 'each keeps its'} sidecar until it is created anew, and then has none`,
  };
};

const QUESTIONS: readonly Question[] = [mayNotLabel, invalidLabel, conflict, protectedNamespace, removalWhileInjected];

/** Everything the policy says something about, in a fixed order. Nothing is found about a namespace that is being deleted. */
export const findingsAbout = (circumstances: Circumstances): NamespaceFinding[] =>
  circumstances.change.underDeletion ? [] : QUESTIONS.flatMap((ask) => ask(circumstances) ?? []);
