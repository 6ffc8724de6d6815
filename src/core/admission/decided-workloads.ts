import type { Operation } from 'fast-json-patch';
import type { DecisionRecord, RecordedShadow } from '../api/decision-record.ts';
import type { Hint } from '../decision/hints.ts';
import { marksOnWorkload } from '../decision/marks-on-workload.ts';
import { digest } from '../json/canonical.ts';
import type { ManifestObject } from '../kubernetes/manifest-objects.ts';
import { podOfWorkload, type WorkloadPod } from '../kubernetes/workload.ts';
import type { OfflineNamespaces } from '../namespaces/offline-namespaces.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { SettingOrigin } from '../sidecar/rendering.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';
import { admit } from './admit.ts';
import { explainSidecar } from './explain-sidecar.ts';
import { type ExplainedTraffic, explainTraffic } from './explain-traffic.ts';
import type { Hook } from './hook.ts';
import { reviewOfPodCreation } from './review-of.ts';

/** The decision about the pods of one workload in a file. */
export interface ExplainedPod {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly file: string;
  readonly line: number;
  readonly record: DecisionRecord;
  /** What its sidecar is like, and who chose that, where it has or gets one. */
  readonly sidecar?: readonly SettingOrigin[];
  /** What policies in mode Shadow say, where there are any. */
  readonly shadows?: readonly AskedShadow[];
  /** What becomes of its traffic, where it has or gets a sidecar of Pillion’s own kind. */
  readonly traffic?: ExplainedTraffic;
}

/** A policy in mode Shadow, and what it says where that is not the same. */
export interface AskedShadow {
  readonly policy: string;
  readonly revision: string;
  readonly otherwise?: RecordedShadow;
}

/** A workload of a file with the decision about its pods, and what a webhook would answer. */
export interface DecidedWorkload {
  readonly object: ManifestObject;
  readonly workload: WorkloadPod;
  readonly decision: ExplainedPod;
  /** The patch of the answer, on the pod; empty where nothing is injected. */
  readonly operations: readonly Operation[];
}

/** What the decisions are made under. */
export interface ExplainContext {
  readonly policy: ActivePolicy;
  readonly shadows: readonly ActivePolicy[];
  readonly namespaces: OfflineNamespaces;
  /** Those whose teams say something about their traffic. */
  readonly services: TrafficServices;
  /** For objects that name no namespace. */
  readonly defaultNamespace: string;
  readonly now: Date;
}

/** Decides about the pods of every workload among the objects, through the same `admit` as the webhook. */
export function decideWorkloads(objects: readonly ManifestObject[], context: ExplainContext): DecidedWorkload[] {
  return objects.flatMap((object) => {
    const workload = podOfWorkload(object.value);
    return workload === undefined ? [] : [decided(workload, object, context)];
  });
}

function decided(
  workload: WorkloadPod,
  object: ManifestObject,
  { policy, shadows, namespaces, services, defaultNamespace, now }: ExplainContext,
): DecidedWorkload {
  const { document, at } = object;
  const { kind, name } = workload;
  const namespace = workload.namespace ?? defaultNamespace;
  // goes into the template: what stands beside the workload, or in which file, must not start its pods anew
  const uid = digest(JSON.stringify([kind, namespace, name]));
  const body = reviewOfPodCreation(workload.pod, { uid, namespace, user: '', dryRun: true });
  const snapshot = { policy, shadows, services, namespaces: new Map([[namespace, namespaces.get(namespace)]]) };
  const answerOf = (hook: Hook) => {
    const admission = admit(body, snapshot, { hook, now, caller: 'Unauthenticated', asWritten: true });
    return admission.kind === 'answered' ? admission : undefined;
  };
  const answer = answerOf('inject');
  // a pod that carries the sidecar already is not recorded a second time where it was injected
  const record = answer?.record ?? answerOf('warn')?.record;
  if (record === undefined) throw new Error('a review made here was not answered; please report it');
  const place = (path: string) => {
    const { line, column } = document.place(at + path);
    return ` at ${line}:${column}`;
  };
  const offline = [...unknownNamespace(namespace, namespaces), ...marksOnWorkload(workload, policy, place)];
  const hints = [...record.hints, ...(kind === 'Pod' ? outdated(record) : []), ...offline];
  const { line } = document.place(at);
  const hasSidecar = record.verdict === 'inject' || record.reason === 'already-injected';
  const sidecar = hasSidecar ? explainSidecar(workload.pod, namespace, snapshot) : undefined;
  const traffic = hasSidecar ? explainTraffic(workload.pod, namespace, snapshot) : undefined;
  const patch = answer?.review.response.patch;
  return {
    object,
    workload,
    decision: {
      ...{ kind, name, namespace, file: document.file, line },
      record: { ...record, hints },
      ...(sidecar && { sidecar }),
      ...(shadows.length > 0 && { shadows: shadows.map((policy) => askedShadow(policy, record)) }),
      ...(traffic && { traffic }),
    },
    operations: patch === undefined ? [] : JSON.parse(Buffer.from(patch, 'base64').toString()),
  };
}

function askedShadow({ name, revision }: ActivePolicy, { shadows = [] }: DecisionRecord): AskedShadow {
  const otherwise = shadows.find(({ policy }) => policy === name);
  return { policy: name, revision, ...(otherwise && { otherwise }) };
}

/** An earlier injection that is not as one would be now: of a running pod nothing changes by that. */
const outdated = ({ reinvoked }: DecisionRecord): Hint[] =>
  reinvoked === true
    ? [
        {
          code: 'sidecar-outdated',
          message:
            'it carries a sidecar that would be rendered otherwise now, since what decides about it has changed; a pod that runs keeps what it has until it is replaced',
        },
      ]
    : [];

const unknownNamespace = (namespace: string, namespaces: OfflineNamespaces): Hint[] =>
  namespaces.knows(namespace)
    ? []
    : [
        {
          code: 'namespace-not-given',
          message: `nothing is known of namespace ${namespace}; add its object to the files, or --namespace-label ${namespace}:istio-injection=enabled`,
        },
      ];
