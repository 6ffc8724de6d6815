import type { Hook } from '../admission/hook.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { AuditEvent } from './audit-event.ts';

// an event names the resource; its kind stands in the object, which a level below Request leaves out
const KINDS: ReadonlyMap<string, string> = new Map([
  ['deployments', 'Deployment'],
  ['replicasets', 'ReplicaSet'],
  ['statefulsets', 'StatefulSet'],
  ['daemonsets', 'DaemonSet'],
  ['jobs', 'Job'],
  ['cronjobs', 'CronJob'],
  ['replicationcontrollers', 'ReplicationController'],
  ['pods', 'Pod'],
  ['services', 'Service'],
  ['injectionpolicies', 'InjectionPolicy'],
  ['sidecarprofiles', 'SidecarProfile'],
  ['rolloutplans', 'RolloutPlan'],
]);

/** The fields of a record that say which workload, or which object of another kind, an event is about. */
export function auditedObject(event: AuditEvent, hook: Hook, written: ReadonlyMap<string, string>): object {
  const { resource, name, objectUid, object } = event;
  const sent = fieldsOf(object);
  const kind = typeof sent.kind === 'string' ? sent.kind : (KINDS.get(resource.resource) ?? resource.resource);
  if (hook === 'policies' || hook === 'services') return { object: { kind, name } };
  const template = written.get('template');
  if (hook !== 'workloads' || template === undefined) return {};
  const apiVersion = typeof sent.apiVersion === 'string' ? sent.apiVersion : resource.apiVersion;
  const uid = written.get('workloadUid') ?? objectUid;
  return { workload: { apiVersion, kind, name, ...(uid === undefined ? {} : { uid }), template } };
}
