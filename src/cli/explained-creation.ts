import { workloadOf } from '../core/admission/workload-of.ts';
import type { DecisionRecord } from '../core/api/decision-record.ts';
import { fieldsOf } from '../core/json/fields-of.ts';
import { parsedJson } from '../core/json/parsed.ts';
import { annotationIn, metadataOf } from '../core/kubernetes/metadata.ts';
import { podOfWorkload } from '../core/kubernetes/workload.ts';
import { applyingRecord, creationRecord } from '../core/records/creation.ts';
import type { RequestedBy } from '../core/records/requester.ts';
import { type AppliedBy, appliedBy } from '../core/running/applied-by.ts';
import type { SidecarState } from '../core/running/sidecar-state.ts';
import { ANNOTATIONS } from '../core/sidecar/names.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is known of the decision when a pod was made. */
export type ExplainedCreation =
  /** A record tells. */
  | { readonly from: 'record'; readonly recordId: string; readonly record: DecisionRecord }
  /**
   * The status on the pod tells, which anybody can write. `same-rendering`: rendering the pod without the parts that were added gives the same
   * parts now. `contradicted`: what it tells of is not there.
   */
  | {
      readonly from: 'status';
      readonly recordId: string;
      readonly policy: string;
      readonly revision: string;
      readonly profile: string;
      readonly proof: 'same-rendering' | 'none' | 'contradicted';
    }
  | { readonly from: 'nothing' };

/** Who asked for pods. */
export type ExplainedRequester =
  | ({ readonly from: 'record' } & RequestedBy)
  /** A weaker hint: the program that wrote what pods are made from, which names no person. */
  | ({ readonly from: 'managedFields'; readonly kind: string; readonly name: string } & AppliedBy)
  | { readonly from: 'nothing' };

/** What is known of the decision when this pod was made, by records and by what stands on it. */
export function explainCreation(pod: Json, state: SidecarState, records: readonly DecisionRecord[]): ExplainedCreation {
  const { namespace, name, uid } = metadataOf(pod);
  const status = fieldsOf(parsedJson(annotationIn(pod, ANNOTATIONS.status) ?? ''));
  const { recordId, policy, revision, profile } = status;
  const record = creationRecord(records, {
    namespace: String(namespace),
    name: String(name),
    uid: String(uid),
    ...(typeof recordId === 'string' && { recordId }),
  });
  if (record !== undefined) return { from: 'record', recordId: record.recordId, record };
  if (typeof recordId !== 'string') return { from: 'nothing' };
  const told = { policy: textOf(policy), revision: textOf(revision), profile: textOf(profile) };
  const proof = state === 'injected' ? 'same-rendering' : state === 'forged' ? 'contradicted' : 'none';
  return { from: 'status', recordId, ...told, proof };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Who applied what a pod or a workload is made from, never a controller.
 * @param top the workload at the top, or the pod that nobody makes
 * @param made what pods are made from, whose template tells which change it was: the ReplicaSet of a pod, else `top`
 */
export function explainRequester(
  top: Json,
  made: Json,
  creation: ExplainedCreation | undefined,
  records: readonly DecisionRecord[],
): ExplainedRequester {
  const kind = String(top.kind);
  const { name, namespace, uid } = metadataOf(top);
  const workload = podOfWorkload(made);
  const named = { kind, name: String(name) };
  const record =
    kind === 'Pod' && creation?.from === 'record'
      ? creation.record
      : workload &&
        applyingRecord(
          records,
          {
            ...named,
            namespace: String(namespace),
            ...(typeof uid === 'string' && { uid }),
            template: workloadOf(made, workload).workload?.template ?? '',
          },
          creation?.from === 'record' ? Date.parse(creation.record.time) : undefined,
        );
  if (record !== undefined) {
    const { user, operation, time, recordId } = record;
    return { from: 'record', user, operation, ...named, time, recordId };
  }
  const applied = appliedBy(top);
  return applied === undefined ? { from: 'nothing' } : { from: 'managedFields', ...named, ...applied };
}
