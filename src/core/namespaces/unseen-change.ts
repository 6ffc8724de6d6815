import { bareRecordOf } from '../admission/record.ts';
import type { DecisionRecord } from '../api/decision-record.ts';
import { digest } from '../json/canonical.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { labelsOfState, type OptInState, optInStateOf } from './change.ts';
import { STAMPS } from './stamps.ts';

/** A change of the opt-in of a namespace that nobody asked Pillion about. */
export interface UnseenChange {
  readonly course: 'opened' | 'closed';
  readonly before: OptInState;
  readonly after: OptInState;
}

/** Whether the stamps of a namespace say what its labels say: enabled by somebody exactly when it is open. */
export function stampsFit({ labels, stamps }: Namespace, { spec }: Pick<ActivePolicy, 'spec'>): boolean {
  return optInStateOf(labels, spec.optIn).open === (stamps?.[STAMPS.enabledAt] !== undefined);
}

/**
 * Compares a namespace as it was known with what the watch shows now. A change that passed Pillion brings a stamp of its own.
 * @param before undefined for a namespace that is new
 * @returns undefined when its opt-in is the same, or when the stamp of the change is there
 */
export function unseenChange(
  before: Namespace | undefined,
  after: Namespace,
  { spec }: Pick<ActivePolicy, 'spec'>,
): UnseenChange | undefined {
  const [was, is] = [before, after].map((namespace) => optInStateOf(namespace?.labels ?? {}, spec.optIn));
  if (was === undefined || is === undefined || was.open === is.open) return undefined;
  const key = is.open ? STAMPS.enabledAt : STAMPS.disabledAt;
  const stamp = after.stamps?.[key];
  const stamped = stamp !== undefined && stamp !== before?.stamps?.[key] && stampsFit(after, { spec });
  return stamped ? undefined : { course: is.open ? 'opened' : 'closed', before: was, after: is };
}

/**
 * The record of an unseen change. Its id depends on the object alone, so that every replica that sees the change writes the
 * same one.
 */
export function unseenChangeRecord(
  { course, before, after }: UnseenChange,
  { name, uid = '', resourceVersion = '' }: UnseenObject,
  policy: ActivePolicy,
  now: Date,
): DecisionRecord {
  const { optIn } = policy.spec;
  const occasion = { hook: 'watch', caller: 'ApiServer', now } as const;
  const outcome = { verdict: 'allow', reason: 'opt-in-changed-unseen' } as const;
  return {
    ...bareRecordOf({ uid: '', namespace: name }, occasion, policy, outcome),
    recordId: digest(`${uid}/${resourceVersion}`),
    also: [course === 'opened' ? 'namespace-opened' : 'namespace-closed'],
    inputs: {
      namespaceLabels: { ...labelsOfState(after, optIn) },
      previousNamespaceLabels: { ...labelsOfState(before, optIn) },
      podLabels: {},
      podAnnotations: {},
    },
  };
}

/** What tells one version of a namespace from every other object. */
export interface UnseenObject {
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}
