import { type DecidedWorkload, decideWorkloads } from '../core/admission/decided-workloads.ts';
import { contextUnder, type ObjectDefaults, type OfflineContext } from '../core/admission/decision-context.ts';
import type { ManifestObject } from '../core/kubernetes/manifest-objects.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Environment } from './environment.ts';
import { type PolicyFlags, policyFromFiles } from './policy-sources.ts';

/** The flags by which commands that decide about objects of files are told under what. */
export interface OfflineFlags extends PolicyFlags, ObjectDefaults {}

/**
 * What decisions about objects outside of a webhook are made under: the policy of the flags, and the namespaces and Services among the
 * objects.
 * @throws Fault PIL001, PIL002, PIL003 for flags and their files
 */
export async function offlineContext(
  objects: readonly ManifestObject[],
  flags: OfflineFlags,
  environment: Environment,
): Promise<OfflineContext> {
  return contextUnder(await policyFromFiles(flags, environment), objects, flags, environment.now());
}

/**
 * The decisions about the workloads among the objects of files.
 * @throws Fault PIL001, PIL002, PIL003 also for what a Service among them says and the webhook would not accept
 */
export async function decideOffline(
  objects: readonly ManifestObject[],
  flags: OfflineFlags,
  environment: Environment,
): Promise<DecidedWorkload[]> {
  const { context, problems } = await offlineContext(objects, flags, environment);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  return decideWorkloads(objects, context);
}

/** That nothing among the objects of files can have a sidecar. */
export const noWorkloads = (files: readonly string[]): Fault =>
  new Fault('PIL004', [
    {
      path: '',
      message: `no object in ${files.join(', ')} creates pods; known: Pod, Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job, CronJob`,
    },
  ]);
