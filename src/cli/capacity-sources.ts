import { useFromMetricsApi } from '../cluster/capacity/metrics-api.ts';
import { limitsIn, readCapacityInput } from '../cluster/capacity/read-capacity-input.ts';
import { askPrometheus, type FromPrometheus } from '../cluster/capacity/use-from-prometheus.ts';
import { liveNamespaces } from '../cluster/live-namespaces.ts';
import type { Prometheus } from '../cluster/prometheus/prometheus.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { contextUnder } from '../core/admission/decision-context.ts';
import type { SidecarProfile } from '../core/api/sidecar-profile.ts';
import type { CapacityInput } from '../core/capacity/capacity-input.ts';
import { knownLoad } from '../core/capacity/load-sources.ts';
import type { ProxyUse } from '../core/capacity/recommended.ts';
import { nodeShapeOf } from '../core/capacity/scheduling/node-shape.ts';
import { nextStageOf, sizedWorkload } from '../core/capacity/sized-workload.ts';
import { fitObjectOf } from '../core/compatibility/fit-object.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { Fault } from '../core/problem/faults.ts';
import type { CapacityFlags } from './capacity-flags.ts';
import { policyOfCluster } from './cluster-policy.ts';
import { clusterServices } from './cluster-services.ts';
import { wholePolicyIn } from './compared-policies.ts';
import type { Environment } from './environment.ts';
import { readManifests } from './manifests.ts';
import { noWorkloads } from './offline-context.ts';
import { rolloutPlan } from './plan-source.ts';
import { policyFromFiles } from './policy-sources.ts';
import { prometheusOf } from './prometheus-flags.ts';

/** What figures are made of, and what is recommended from. */
export interface CapacitySource {
  readonly input: CapacityInput;
  /** What sidecars use, and who says so; undefined where nobody does. */
  readonly use: { readonly proxies: readonly ProxyUse[]; readonly of: string } | undefined;
  readonly profiles: readonly SidecarProfile[];
}

/**
 * Reads manifests in place of a cluster.
 * @throws Fault PIL001, PIL002, PIL003, PIL004
 */
export async function capacityOfFiles(
  files: readonly string[],
  flags: CapacityFlags,
  environment: Environment,
): Promise<CapacitySource> {
  const objects = await readManifests(files, environment);
  const read = await policyFromFiles(flags, environment);
  const { context, problems } = contextUnder(read, objects, flags, environment.now());
  if (problems.length > 0) throw new Fault('PIL002', problems);
  const { policy, services, namespaces } = context;
  const around = objects.flatMap(({ value }) => fitObjectOf(value, flags.namespace) ?? []);
  const limitsOf = limitsIn(around.filter(({ kind }) => kind === 'LimitRange'));
  const rollout = nextStageOf(await rolloutPlan(flags.plan, undefined, environment));
  const sizing = { policy, services, limitsOf };
  const namespaceOf = (name = flags.namespace) => namespaces.get(name);
  const workloads = objects.flatMap(({ value }) => sizedWorkload(value, namespaceOf, sizing, rollout) ?? []);
  if (workloads.length === 0) throw noWorkloads(files);
  const nodes = around.filter(({ kind }) => kind === 'Node').flatMap(({ value }) => nodeShapeOf(value) ?? []);
  return {
    profiles: read.profiles,
    use: undefined,
    input: {
      ...{ policy, workloads, limitsOf, stage: rollout?.next?.name, pods: undefined },
      quotas: around.filter(({ kind }) => kind === 'ResourceQuota'),
      nodes: nodes.length > 0 ? nodes : undefined,
      load: knownLoad(flags, undefined),
    },
  };
}

/**
 * Reads a cluster, and asks its metrics API or a Prometheus.
 * @throws Fault PIL001 to PIL004; ApiError, ClusterUnreachable, TimeoutError
 */
export async function capacityOfCluster(
  transport: KubeTransport,
  flags: CapacityFlags,
  environment: Environment,
): Promise<CapacitySource> {
  const { policy, profiles } = await decidingIn(transport, flags, environment);
  const namespaces = await liveNamespaces(transport);
  const services = (await clusterServices(transport, environment))(policy);
  const rollout = nextStageOf(await rolloutPlan(flags.plan, transport, environment));
  const { input, hidden } = await readCapacityInput(transport, { policy, services, namespaces, rollout });
  if (hidden.length > 0) environment.stderr(`not looked at, since they may not be read: ${hidden.join(', ')}\n`);
  if (input.workloads.length === 0) throw new Fault('PIL004', [{ path: '', message: 'the cluster has no workload' }]);
  const prometheus = await prometheusOf(flags, transport, environment);
  const asked = prometheus && (await asking(prometheus, flags, environment));
  const fromApi = asked?.use === undefined ? await useFromMetricsApi(transport) : undefined;
  const ofPrometheus = asked?.use && { proxies: asked.use, of: `Prometheus, over ${flags.window}` };
  return {
    profiles,
    use: ofPrometheus ?? (fromApi && { proxies: fromApi, of: 'the metrics API, at this moment' }),
    input: { ...input, load: knownLoad(flags, asked) },
  };
}

async function asking(
  prometheus: Prometheus,
  flags: CapacityFlags,
  { stderr, onInterrupt }: Environment,
): Promise<FromPrometheus> {
  const stopping = new AbortController();
  const forget = onInterrupt(() => stopping.abort(new Error('it was interrupted')));
  try {
    const asked = await askPrometheus(prometheus, flags, stopping.signal);
    for (const missing of asked.missing) stderr(`${missing}\n`);
    return asked;
  } finally {
    forget();
  }
}

async function decidingIn(
  transport: KubeTransport,
  flags: CapacityFlags,
  environment: Environment,
): Promise<{ readonly policy: ActivePolicy; readonly profiles: readonly SidecarProfile[] }> {
  const named = flags.policy !== undefined || flags.profile !== undefined;
  const standing = named ? undefined : await policyOfCluster(transport, flags, environment);
  if (standing !== undefined) {
    const { profiles } = await wholePolicyIn([], flags.ownNamespace, environment, standing.base);
    return { policy: standing.active, profiles };
  }
  if (!named)
    environment.stderr(
      'the cluster has no InjectionPolicies, so the built-in policy counts; --policy FILE names another\n',
    );
  const { active, profiles } = await policyFromFiles(flags, environment);
  return { policy: active, profiles };
}
