import { isoDay } from '../core/json/iso-time.ts';
import type { ManifestObject } from '../core/kubernetes/manifest-objects.ts';
import type { PolicySet } from '../core/policy/active-policy.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Problem } from '../core/problem/problem.ts';
import type { Environment } from './environment.ts';
import { type DecidedWorkload, decideWorkloads, type ExplainContext } from './explained-pods.ts';
import { OfflineNamespaces } from './namespaces.ts';
import { type PolicyFlags, policyFromFiles } from './policy-sources.ts';
import { readServices } from './services.ts';

/** The flags by which commands that decide about objects of files are told under what. */
export interface OfflineFlags extends PolicyFlags {
  readonly namespace: string;
  readonly namespaceLabel?: string[];
}

/** What decisions about objects are made under, with what their Services say and is not accepted. */
export interface OfflineContext {
  readonly context: ExplainContext;
  readonly problems: readonly Problem[];
}

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
 * The same under a policy that was read already.
 * @throws Fault PIL003 for flags that cannot be read
 */
export function contextUnder(
  { active: policy, shadows }: PolicySet,
  objects: readonly ManifestObject[],
  flags: Pick<OfflineFlags, 'namespace' | 'namespaceLabel'>,
  now: Date,
): OfflineContext {
  const values = objects.map(({ value }) => value);
  const namespaces = new OfflineNamespaces(values, flags.namespaceLabel ?? []);
  const { services, problems } = readServices(objects, flags.namespace, {
    company: policy.trafficDefaults,
    today: isoDay(now),
  });
  return { context: { policy, shadows, namespaces, services, defaultNamespace: flags.namespace, now }, problems };
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
