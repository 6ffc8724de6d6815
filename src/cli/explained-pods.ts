import { admit } from '../core/admission/admit.ts';
import type { Hook } from '../core/admission/hook.ts';
import { reviewOfPodCreation } from '../core/admission/review-of.ts';
import type { DecisionRecord } from '../core/api/decision-record.ts';
import type { Hint } from '../core/decision/hints.ts';
import { digest } from '../core/json/canonical.ts';
import { isObject } from '../core/json/is-object.ts';
import { podOfWorkload, type WorkloadPod } from '../core/kubernetes/workload.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import type { ManifestObject } from './manifests.ts';
import type { OfflineNamespaces } from './namespaces.ts';

/** The decision about the pods of one workload in a file. */
export interface ExplainedPod {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly file: string;
  readonly line: number;
  readonly record: DecisionRecord;
}

/** What the decisions are made under. */
export interface ExplainContext {
  readonly policy: ActivePolicy;
  readonly namespaces: OfflineNamespaces;
  /** For objects that name no namespace. */
  readonly defaultNamespace: string;
  readonly now: Date;
}

/** Decides about the pods of every workload among the objects, through the same `admit` as the webhook. */
export function explainPods(objects: readonly ManifestObject[], context: ExplainContext): ExplainedPod[] {
  return objects.flatMap((object, index) => {
    const workload = podOfWorkload(object.value);
    return workload === undefined ? [] : [explained(workload, object, index, context)];
  });
}

function explained(
  workload: WorkloadPod,
  { document, at }: ManifestObject,
  index: number,
  { policy, namespaces, defaultNamespace, now }: ExplainContext,
): ExplainedPod {
  const { kind, name } = workload;
  const namespace = workload.namespace ?? defaultNamespace;
  const uid = digest(`${document.file} ${index}`);
  const body = reviewOfPodCreation(workload.pod, { uid, namespace, user: '', dryRun: true });
  const snapshot = { policy, namespaces: new Map([[namespace, namespaces.get(namespace)]]) };
  const recordAt = (hook: Hook): DecisionRecord | undefined => {
    const admission = admit(body, snapshot, { hook, now, caller: 'Unauthenticated' });
    return admission.kind === 'answered' ? admission.record : undefined;
  };
  // a pod that carries the sidecar already is not recorded a second time where it was injected
  const decided = recordAt('inject') ?? recordAt('warn');
  if (decided === undefined) throw new Error('a review made here was not answered; please report it');
  const offline = [...unknownNamespace(namespace, namespaces), ...markOnWorkload(workload, policy, document, at)];
  const hints = [...decided.hints, ...offline];
  const { line } = document.place(at);
  return { kind, name, namespace, file: document.file, line, record: { ...decided, hints } };
}

const unknownNamespace = (namespace: string, namespaces: OfflineNamespaces): Hint[] =>
  namespaces.knows(namespace)
    ? []
    : [
        {
          code: 'namespace-not-given',
          message: `nothing is known of namespace ${namespace}; add its object to the files, or --namespace-label ${namespace}:istio-injection=enabled`,
        },
      ];

function markOnWorkload(
  { kind, templatePath, workloadMetadata }: WorkloadPod,
  policy: ActivePolicy,
  document: ManifestObject['document'],
  at: string,
): Hint[] {
  if (templatePath === '') return [];
  const { podKey } = policy.spec.optIn;
  return (['annotations', 'labels'] as const).flatMap((map): Hint[] => {
    const standing = workloadMetadata[map];
    if (!isObject(standing) || !Object.hasOwn(standing, podKey)) return [];
    const from = document.place(`${at}/metadata/${map}/${podKey.replaceAll('/', '~1')}`);
    const to = document.place(`${at}${templatePath}`);
    const message = `${podKey} stands on the ${kind} at ${from.line}:${from.column}; move it to the metadata of its pod template at ${to.line}:${to.column}`;
    return [{ code: 'marker-on-workload', message }];
  });
}
