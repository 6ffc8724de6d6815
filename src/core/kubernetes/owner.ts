import { isObject } from '../json/is-object.ts';
import { labelsOf, type OwnerReference, ownValue, type Pod } from './pod.ts';

/** The workload a person would name when asked whose pod this is. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** The controller that a pod belongs to; undefined for a bare pod. */
export const controllerOf = (pod: Pod): OwnerReference | undefined =>
  pod.metadata.ownerReferences?.find((reference) => reference.controller === true);

/** The uid of the controller among owner references of unknown shape. */
export function controllerUidOf(references: unknown): string | undefined {
  const listed: readonly unknown[] = Array.isArray(references) ? references : [];
  const controller = listed.filter(isObject).find((reference) => reference.controller === true);
  return typeof controller?.uid === 'string' ? controller.uid : undefined;
}

/**
 * The workload behind a pod, told from the pod alone: a ReplicaSet named `<name>-<pod-template-hash>` belongs to the
 * Deployment `<name>` or to a Rollout of Argo, a ReplicationController with the label `deploymentconfig` to the DeploymentConfig
 * of OpenShift that the label names, a Job named `<name>-<minutes>` to the CronJob `<name>`, which is how their controllers name them.
 * @returns undefined for a pod that no controller owns
 */
export function ownerOf(pod: Pod): Owner | undefined {
  const controller = controllerOf(pod);
  if (controller === undefined) return undefined;
  const { apiVersion, kind, name } = controller;
  const hash = ownValue(labelsOf(pod), 'pod-template-hash');
  if (kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`))
    return { apiVersion, kind: 'Deployment', name: name.slice(0, -hash.length - 1) };
  const rollout = ownValue(labelsOf(pod), 'rollouts-pod-template-hash');
  if (kind === 'ReplicaSet' && rollout !== undefined && name.endsWith(`-${rollout}`))
    return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: name.slice(0, -rollout.length - 1) };
  const deploymentConfig = ownValue(labelsOf(pod), 'deploymentconfig');
  if (kind === 'ReplicationController' && deploymentConfig)
    return { apiVersion, kind: 'DeploymentConfig', name: deploymentConfig };
  // the CronJob controller appends the scheduled time in minutes: 8 digits until the year 2160
  const cron = kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(name) : null;
  if (cron?.[1] !== undefined) return { apiVersion: 'batch/v1', kind: 'CronJob', name: cron[1] };
  return { apiVersion, kind, name };
}
