import type { DecisionRecord } from '../api/decision-record.ts';
import { type Hint, hintUnder } from '../decision/hints.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { ownValue } from '../kubernetes/pod.ts';
import { changeOf, labelsOfState, type NamespaceChange } from '../namespaces/change.ts';
import { findingsAbout, type NamespaceFinding } from '../namespaces/findings.ts';
import { STAMP_KEYS, stampsAfter } from '../namespaces/stamps.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import type { Admission } from './admit.ts';
import { denied, passed } from './answers.ts';
import { bounded } from './bounded.ts';
import type { Call } from './call.ts';
import { bareRecordOf, picked } from './record.ts';
import { hintWarningsOf } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';
import { stamped } from './stamped.ts';

/**
 * Answers for the creation or change of a namespace: says who opted it in or out and when, in annotations that only Pillion
 * writes, and holds the opt-in labels to the policy. Nothing stands in the way of a deletion.
 */
export function admitNamespace(request: AdmissionRequest, snapshot: Snapshot, call: Call): Admission {
  const { policy, injectedPods } = snapshot;
  const { user, groups } = request;
  const change = changeOf(request, policy.spec.optIn);
  if (change === undefined)
    return passed(request, bareRecordOf(request, call, policy, { verdict: 'allow', reason: 'not-a-namespace-change' }));

  const findings = findingsAbout({ change, policy, user, groups, injectedPods });
  const refusals = findings.filter(({ action }) => action === 'Deny');
  const hints = findings.flatMap(hintFrom);
  const [first, ...others] = refusals;
  if (first !== undefined) {
    const { reason, rule } = first;
    const problems = refusals.map(({ message }) => ({ path: '', message }));
    const bare = recordOfChange(request, call, policy, change, { verdict: 'deny', reason, problems });
    return denied(request, { ...bare, rule, also: others.map((other) => other.reason), hints });
  }

  const stamps = stamped(request, STAMP_KEYS, (standing) => stampsAfter(change, standing, user, call.now));
  const { patch } = stamps;
  const bare = recordOfChange(request, call, policy, change, ALLOWED[change.underDeletion ? 'deleted' : change.course]);
  const record: DecisionRecord = {
    ...bare,
    hints: [...hints, ...uncounted(change, snapshot), ...stamps.hints],
    ...(patch === undefined ? {} : { patch: patch.summary }),
  };
  const warnings = hintWarningsOf(record);
  return passed(request, record, { warnings, ...(patch === undefined ? {} : { patch: patch.base64 }) });
}

const ALLOWED = {
  opened: { verdict: 'allow', reason: 'namespace-opened' },
  closed: { verdict: 'allow', reason: 'namespace-closed' },
  kept: { verdict: 'allow', reason: 'namespace-kept' },
  deleted: { verdict: 'allow', reason: 'namespace-under-deletion' },
} as const;

function recordOfChange(
  request: AdmissionRequest,
  call: Call,
  policy: ActivePolicy,
  { name, before, after }: NamespaceChange,
  outcome: Parameters<typeof bareRecordOf>[3],
): DecisionRecord {
  const { optIn, ownership } = policy.spec;
  const { labels } = metadataOf(request.object);
  const tribe = isObject(labels)
    ? ownValue(labels as Record<string, string>, ownership.tribe.namespaceLabel)
    : undefined;
  const read = (state: NamespaceChange['after']) => {
    const standing = labelsOfState(state, optIn);
    return picked(standing, Object.keys(standing));
  };
  return {
    ...bareRecordOf({ ...request, namespace: name }, call, policy, outcome),
    ...(typeof tribe === 'string' ? { tribe: bounded(tribe) } : {}),
    inputs: {
      namespaceLabels: read(after),
      previousNamespaceLabels: read(before),
      podLabels: {},
      podAnnotations: {},
    },
  };
}

const hintFrom = ({ hint, message, mend, action }: NamespaceFinding): Hint[] =>
  action === 'Deny' ? [] : [hintUnder(action, hint, mend === undefined ? message : `${message}: ${mend}`)];

// when the pods cannot be counted, a person is told to look; a namespace is not held for that
function uncounted(change: NamespaceChange, { policy, injectedPods }: Snapshot): Hint[] {
  if (change.course !== 'closed' || change.underDeletion) return [];
  const counted = injectedPods?.namespace === change.name ? injectedPods : undefined;
  // one that was found is told already
  if (counted !== undefined && (counted.count > 0 || !counted.more)) return [];
  const found =
    counted === undefined
      ? `the pods with a sidecar in namespace ${change.name} could not be counted`
      : `namespace ${change.name} has more pods than are counted; the first have no sidecar`;
  const message = `${found}; look for pods with the annotation ${ANNOTATIONS.status} before you rely on the change`;
  const { removalWhileInjected } = policy.spec.namespaces;
  return [hintUnder(removalWhileInjected === 'Audit' ? 'Audit' : 'Warn', 'namespace-pods-uncounted', message)];
}
