import type { DecisionRecord } from '../api/decision-record.ts';
import { canonicalJson, digest } from '../json/canonical.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { controllerUidOf } from '../kubernetes/owner.ts';
import type { WorkloadPod } from '../kubernetes/workload.ts';
import { RESTART, RESTARTED_AT } from '../rollout/restart-mark.ts';

/**
 * What controllers write into the templates of the ReplicaSets and Jobs they make (Kubernetes: DefaultDeploymentUniqueLabelKey;
 * generateSelector of the Job strategy); without it a template is the same as its owner’s.
 */
const WRITTEN_BY_CONTROLLERS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'controller-uid',
  'job-name',
]);

/** What a restart writes into a template: its pods are made anew, and nobody asks for anything else. */
const WRITTEN_BY_RESTARTS: ReadonlySet<string> = new Set([RESTARTED_AT, RESTART]);

/** The part of a record that says which workload it is about, so that the records of its pods can be joined to it. */
export function workloadOf(
  object: unknown,
  { kind, name, template, workloadMetadata: metadata }: WorkloadPod,
): Pick<DecisionRecord, 'workload' | 'controllerUid'> {
  const apiVersion = isObject(object) && typeof object.apiVersion === 'string' ? object.apiVersion : '';
  const controllerUid = controllerUidOf(metadata.ownerReferences);
  return {
    workload: {
      apiVersion,
      kind,
      name,
      ...(typeof metadata.uid === 'string' ? { uid: metadata.uid } : {}),
      template: digest(canonicalJson(asWritten(template))),
    },
    ...(controllerUid === undefined ? {} : { controllerUid }),
  };
}

function asWritten(template: Record<string, unknown>): unknown {
  const { labels, annotations = {} } = metadataOf(template);
  return {
    metadata: {
      labels: without(WRITTEN_BY_CONTROLLERS, labels),
      annotations: without(WRITTEN_BY_RESTARTS, annotations),
    },
    spec: template.spec,
  };
}

const without = (keys: ReadonlySet<string>, map: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(isObject(map) ? map : {}).filter(([key]) => !keys.has(key)));
