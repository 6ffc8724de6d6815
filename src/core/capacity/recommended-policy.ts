import type { SidecarProfile } from '../api/sidecar-profile.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { exceeds } from '../kubernetes/quantity.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Recommendation } from './recommended.ts';

const OF_NAMESPACE = 'kubernetes.io/metadata.name';

/** The policy with recommended requests, as documents, and the workloads that no policy can tell apart. */
export interface RecommendedPolicy {
  readonly documents: readonly object[];
  readonly untold: readonly Recommendation[];
}

/**
 * A policy under which the sidecars of these workloads request what is recommended: a profile for each size, chosen by the namespace and the
 * selector of the workload before any other.
 */
export function recommendedPolicy(
  policy: ActivePolicy,
  profiles: readonly SidecarProfile[],
  recommendations: readonly Recommendation[],
): RecommendedPolicy {
  const sized = new Map<string, object>();
  const choices: object[] = [];
  const untold: Recommendation[] = [];
  for (const recommendation of recommendations) {
    const { workload, requests } = recommendation;
    const base = profiles.find(({ metadata }) => metadata.name === workload.rendered.now.sidecar?.profile);
    const { matchLabels } = fieldsOf(workload.selector);
    if (base === undefined || Object.keys(fieldsOf(matchLabels)).length === 0) {
      untold.push(recommendation);
      continue;
    }
    const amounts = {
      ...(requests.cpu === undefined ? {} : { cpu: `${Math.round(requests.cpu * 1000)}m` }),
      memory: `${requests.memory / 2 ** 20}Mi`,
    };
    const name = [base.metadata.name, ...Object.values(amounts)].join('-').toLowerCase();
    sized.set(name, requesting(base, name, amounts));
    choices.push({
      name,
      namespaceSelector: { matchLabels: { [OF_NAMESPACE]: workload.namespace } },
      podSelector: workload.selector,
    });
  }
  const spec = { ...policy.spec, profiles: [...choices, ...policy.spec.profiles] };
  const changed = { apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name: policy.name }, spec };
  return { documents: [...sized.values(), changed], untold };
}

type Resources = Readonly<Record<string, string | undefined>>;

function requesting(profile: SidecarProfile, name: string, amounts: Readonly<Record<string, string>>): object {
  const { apiVersion, kind, spec } = profile;
  const of = ({ limits = {}, ...resources }: { readonly requests?: Resources; readonly limits?: Resources }) => {
    // the API server takes no container that requests more than its limit
    const raised = Object.entries(amounts).filter(([key, amount]) => exceeds(amount, limits[key] ?? ''));
    return {
      ...resources,
      requests: { ...resources.requests, ...amounts },
      ...(Object.keys(limits).length > 0 && { limits: { ...limits, ...Object.fromEntries(raised) } }),
    };
  };
  const changed =
    spec.kind === 'Istio'
      ? { ...spec, resources: of(spec.resources) }
      : { ...spec, sidecar: { ...spec.sidecar, resources: of(spec.sidecar.resources) } };
  return { apiVersion, kind, metadata: { name }, spec: changed };
}
