import type { DecisionRecord } from '../api/decision-record.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { type Labels, ownValue } from '../kubernetes/pod.ts';
import { TRAFFIC_ANNOTATION } from '../traffic/traffic-service.ts';
import type { Call } from './call.ts';
import { bareRecordOf, picked } from './record.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';

/** The record of a decision about a Service, with what it says about its traffic. */
export function recordOfService(
  request: AdmissionRequest,
  { policy, namespaces }: Snapshot,
  call: Call,
  outcome: Parameters<typeof bareRecordOf>[3],
): DecisionRecord {
  const bare = bareRecordOf(request, call, policy, outcome);
  const { annotations } = metadataOf(request.object);
  const read = isObject(annotations) ? picked(annotations as Labels, [TRAFFIC_ANNOTATION]) : {};
  const labels = namespaces.get(request.namespace)?.labels ?? {};
  const tribe = ownValue(labels, policy.spec.ownership.tribe.namespaceLabel);
  return {
    ...bare,
    object: { kind: 'Service', name: serviceNameOf(request) },
    ...(tribe === undefined ? {} : { tribe }),
    inputs: { ...bare.inputs, serviceAnnotations: read },
  };
}

/** The name of the Service that a request is about. */
export function serviceNameOf({ name, object }: AdmissionRequest): string {
  const given = metadataOf(object).name;
  return name || (typeof given === 'string' ? given : '');
}
