import { Fault } from '../../core/problem/faults.ts';
import { builtInTrafficDefaults } from '../../core/traffic/read-defaults.ts';
import type { Environment } from '../environment.ts';
import { explainPods } from '../explained-pods.ts';
import { readManifests } from '../manifests.ts';
import { OfflineNamespaces } from '../namespaces.ts';
import { explanationText } from '../output/explanation.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { activePolicy, type PolicyFlags } from '../policy-sources.ts';
import { offlineServices } from '../services.ts';
import { today } from '../traffic-sources.ts';

export interface ExplainFlags extends PolicyFlags {
  readonly file: string[];
  readonly namespace: string;
  readonly namespaceLabel?: string[];
  readonly output: OutputFormat;
}

/**
 * `pillion explain -f FILE`: for the pods of every workload, whether they get a sidecar and why.
 * @returns 0 when all are injected, 1 when one would be refused, else 3
 */
export async function explain(flags: ExplainFlags, environment: Environment): Promise<number> {
  const [policy, objects] = await Promise.all([
    activePolicy(flags, environment),
    readManifests(flags.file, environment),
  ]);
  const values = objects.map(({ value }) => value);
  const namespaces = new OfflineNamespaces(values, flags.namespaceLabel ?? []);
  const judge = { company: builtInTrafficDefaults(), today: today(environment) };
  const services = offlineServices(objects, flags.namespace, judge);
  const context = { policy, namespaces, services, defaultNamespace: flags.namespace, now: environment.now() };
  const pods = explainPods(objects, context);
  if (pods.length === 0) {
    const kinds = 'Pod, Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job, CronJob';
    throw new Fault('PIL004', [
      { path: '', message: `no object in ${flags.file.join(', ')} creates pods; known: ${kinds}` },
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
