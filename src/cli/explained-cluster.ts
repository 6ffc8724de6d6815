import { isForbidden, refusalText } from '../cluster/explained/forbidden.ts';
import { readNamespaceWhole } from '../cluster/explained/read-namespace-whole.ts';
import { readRegistered } from '../cluster/explained/read-registered.ts';
import { readWorkload } from '../cluster/read-workload.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { contextUnder } from '../core/admission/decision-context.ts';
import type { DecisionRecord } from '../core/api/decision-record.ts';
import { canonicalJson } from '../core/json/canonical.ts';
import { manifestObjects } from '../core/kubernetes/manifest-files.ts';
import type { PolicySet } from '../core/policy/active-policy.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { INJECT_CONFIGURATION } from '../core/registration/pod-hooks.ts';
import type { Registered } from '../core/routing/request.ts';
import { apiServerCel } from './api-server-cel.ts';
import { type ClusterFlags, withCluster } from './cluster-call.ts';
import { policyOfCluster } from './cluster-policy.ts';
import type { Environment } from './environment.ts';
import { type Explanation, explainLive } from './explained-live.ts';
import { recordsInLogs } from './explained-log.ts';
import { explainNamespace, type NamespaceExplanation } from './explained-namespace.ts';
import { type ExplainedReference, notFound } from './explained-references.ts';
import { type Routing, registeredFor } from './explained-routes.ts';
import type { OfflineFlags } from './offline-context.ts';
import { policyFromFiles } from './policy-sources.ts';

export interface ExplainClusterFlags extends OfflineFlags, ClusterFlags {
  readonly audit?: string[];
}

/**
 * Explains objects of a cluster, by its own policy unless the flags name another.
 * @throws Fault PIL001, PIL002, PIL003, PIL004 with everything that is not there, PIL006
 */
export const explainInCluster = (
  references: readonly ExplainedReference[],
  flags: ExplainClusterFlags,
  environment: Environment,
): Promise<readonly (Explanation | NamespaceExplanation)[]> =>
  withCluster(flags, async (transport) => {
    try {
      return await explained(transport, references, flags, environment);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      throw new Fault('PIL006', [{ path: '', message: refusalText(error) }], error);
    }
  });

async function explained(
  transport: KubeTransport,
  references: readonly ExplainedReference[],
  flags: ExplainClusterFlags,
  environment: Environment,
): Promise<readonly (Explanation | NamespaceExplanation)[]> {
  const { policies, policyInCluster } = await policiesFor(transport, flags, environment);
  const routing = await routingIn(transport, policies, environment);
  const namespaces = references.map((reference) => ('namespace' in reference ? reference.namespace : flags.namespace));
  const records: readonly DecisionRecord[] = await recordsInLogs(flags.audit ?? [], new Set(namespaces), environment);
  const explanations: (Explanation | NamespaceExplanation)[] = [];
  const missing: Fault[] = [];
  for (const reference of references) {
    const objects = await ('namespace' in reference
      ? readNamespaceWhole(transport, reference.namespace)
      : readWorkload(transport, reference.workload, flags.namespace));
    const [object] = objects ?? [];
    if (objects === undefined || object === undefined) {
      missing.push(await notFound(transport, reference, flags.namespace));
      continue;
    }
    const read = manifestObjects(objects.map((one) => ({ file: reference.text, text: JSON.stringify(one, null, 2) })));
    const { context, problems } = contextUnder(policies, read, flags, environment.now());
    // it stands, and the webhook goes on with what was said before
    for (const problem of problems) environment.stderr(`not accepted: ${problemLine(problem)}\n`);
    const explaining = { context, routing, records, policyInCluster };
    const one =
      'namespace' in reference
        ? await explainNamespace(transport, object as Record<string, unknown>, explaining)
        : await explainLive(transport, object as Record<string, unknown>, reference.text, explaining);
    if (one !== undefined) explanations.push(one);
  }
  if (missing.length > 0)
    throw new Fault(
      'PIL004',
      missing.flatMap(({ problems }) => problems),
    );
  return explanations;
}

/** The policy that counts: that of the flags, else of the cluster’s objects, else the built-in one. */
async function policiesFor(
  transport: KubeTransport,
  flags: ExplainClusterFlags,
  environment: Environment,
): Promise<{ readonly policies: PolicySet; readonly policyInCluster: boolean }> {
  const named = flags.policy !== undefined || flags.profile !== undefined;
  const standing = named ? undefined : await policyOfCluster(transport, flags, environment);
  if (standing !== undefined) return { policies: standing, policyInCluster: true };
  if (!named)
    environment.stderr(
      'the cluster has no InjectionPolicies, so it is explained by the built-in policy; --policy FILE names another\n',
    );
  return { policies: await policyFromFiles(flags, environment), policyInCluster: false };
}

/** What is registered: as it stands, or where that may not be seen, as the policy would have it. */
async function routingIn(
  transport: KubeTransport,
  { active }: PolicySet,
  { stderr }: Pick<Environment, 'stderr'>,
): Promise<Routing> {
  const evaluate = await apiServerCel();
  const rendered = registeredFor(active);
  const read = await readRegistered(transport);
  if (read.kind === 'forbidden') {
    stderr(`what is registered may not be read, so it is told as the policy would have it: ${read.message}\n`);
    return { registered: rendered, from: 'policy', evaluate };
  }
  const { registered } = read;
  if (registered.configurations.length === 0)
    stderr('nothing of Pillion is registered in this cluster, so no pod gets a sidecar: see pillion doctor\n');
  else if (selecting(registered) !== selecting(rendered))
    stderr(
      'what is registered is not what this policy would register: the server decides by another one; name that with --policy, --profile and --own-namespace, or see pillion doctor\n',
    );
  return { registered, from: 'cluster', evaluate };
}

/** What says which pods the hook `inject` is called for. */
const selecting = ({ configurations }: Registered): string =>
  canonicalJson(
    configurations
      .filter(({ metadata }) => metadata.name === INJECT_CONFIGURATION)
      .flatMap(({ webhooks }) => webhooks ?? [])
      .map(({ name, namespaceSelector, matchConditions }) => ({ name, namespaceSelector, matchConditions })),
  );
