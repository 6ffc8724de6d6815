import { parseWorkload, readWorkload, WORKLOAD_NAMES } from '../../cluster/read-workload.ts';
import { Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { builtInTrafficDefaults } from '../../core/traffic/read-defaults.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { explainPods } from '../explained-pods.ts';
import { type ManifestObject, manifestObjects, readManifests } from '../manifests.ts';
import { OfflineNamespaces } from '../namespaces.ts';
import { explanationText } from '../output/explanation.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { activePolicy, type PolicyFlags } from '../policy-sources.ts';
import { readServices } from '../services.ts';
import { today } from '../traffic-sources.ts';

export interface ExplainFlags extends PolicyFlags, ClusterFlags {
  readonly file?: string[];
  readonly namespace: string;
  readonly namespaceLabel?: string[];
  readonly output: OutputFormat;
}

/**
 * `pillion explain -f FILE`, or `pillion explain KIND/NAME` in a cluster: for the pods of every workload, whether they get a sidecar and why,
 * and what becomes of their traffic.
 * @returns 0 when all are injected, 1 when one would be refused, else 3
 * @throws Fault PIL001, PIL002, PIL003, PIL004, PIL006
 */
export async function explain(
  workload: string | undefined,
  flags: ExplainFlags,
  environment: Environment,
): Promise<number> {
  const [policy, objects] = await Promise.all([
    activePolicy(flags, environment),
    objectsToExplain(workload, flags, environment),
  ]);
  const values = objects.map(({ value }) => value);
  const namespaces = new OfflineNamespaces(values, flags.namespaceLabel ?? []);
  const judge = { company: builtInTrafficDefaults(), today: today(environment) };
  const { services, problems } = readServices(objects, flags.namespace, judge);
  if (problems.length > 0 && workload === undefined) throw new Fault('PIL002', problems);
  for (const problem of problems) environment.stderr(`not accepted: ${problemLine(problem)}\n`);
  const context = { policy, namespaces, services, defaultNamespace: flags.namespace, now: environment.now() };
  const pods = explainPods(objects, context);
  if (pods.length === 0) {
    const kinds = 'Pod, Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job, CronJob';
    throw new Fault('PIL004', [
      { path: '', message: `no object in ${(flags.file ?? []).join(', ')} creates pods; known: ${kinds}` },
    ]);
  }
  environment.stdout(
    flags.output === 'human'
      ? `${pods.map((pod) => explanationText(pod, environment.colour)).join('\n\n')}\n`
      : structured(pods, flags.output),
  );
  const verdicts = pods.map(({ record }) => record.verdict);
  if (verdicts.some((verdict) => verdict === 'deny' || verdict === 'error')) return 1;
  return verdicts.every((verdict) => verdict === 'inject') ? 0 : 3;
}

/** The objects of files, or a workload of a cluster with what decides about it. */
async function objectsToExplain(
  workload: string | undefined,
  flags: ExplainFlags,
  environment: Environment,
): Promise<readonly ManifestObject[]> {
  const misused = (message: string) => new Fault('PIL003', [{ path: '', message }]);
  if (workload === undefined) {
    if (flags.file === undefined)
      throw misused('nothing is named to explain; give -f FILE or KIND/NAME, such as deploy/web');
    return readManifests(flags.file, environment);
  }
  if (flags.file !== undefined) throw misused(`both ${workload} and files are named; give one of them`);
  const reference = parseWorkload(workload);
  if (reference === undefined) throw misused(`${workload} is no KIND/NAME; known kinds: ${WORKLOAD_NAMES.join(', ')}`);
  const objects = await withCluster(flags, (transport) => readWorkload(transport, reference, flags.namespace));
  if (objects === undefined)
    throw new Fault('PIL004', [{ path: '', message: `there is no ${workload} in namespace ${flags.namespace}` }]);
  return manifestObjects(objects.map((object) => ({ file: workload, text: JSON.stringify(object, null, 2) })));
}
