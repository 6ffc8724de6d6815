import jsonPatch from 'fast-json-patch';
import { WORKLOADS } from '../cluster/read-workload.ts';
import type { DecidedWorkload } from '../core/admission/decided-workloads.ts';
import { plainJson } from '../core/json/plain.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { renderRegistration } from '../core/registration/registration.ts';
import type { Evaluate } from '../core/routing/conditions.ts';
import { type Registered, type RoutedRequest, registeredAmong } from '../core/routing/request.ts';
import { type Routes, routesOf } from '../core/routing/routes.ts';

/** By what requests are routed. */
export interface Routing {
  readonly registered: Registered;
  /** Read from the cluster, or as the policy would be registered. */
  readonly from: 'cluster' | 'policy';
  readonly evaluate: Evaluate;
}

/** How the API server routes the requests behind one workload. */
export interface ExplainedRoutes {
  readonly from: Routing['from'];
  /** The creation of a pod. */
  readonly pods: Routes;
  /** Applying the workload that makes them. */
  readonly workload?: Routes;
  /** The hook that injects refuses the pod, so nothing that comes after it is asked. */
  readonly refused?: true;
}

/** What a server with this policy registers. */
export const registeredFor = (policy: ActivePolicy): Registered =>
  registeredAmong(renderRegistration(policy, { url: 'https://localhost' }, ''));

/** Routes the creation of a pod of a workload, and the creation of the workload itself. */
export function explainRoutes(
  { workload, operations, object: { value }, decision: { record } }: DecidedWorkload,
  namespace: RoutedRequest['namespace'],
  { registered, from, evaluate }: Routing,
): ExplainedRoutes {
  const creation = (group: string, resource: string, object: unknown): RoutedRequest => ({
    ...{ operation: 'CREATE', group, resource, object, namespace },
  });
  const request = creation('', 'pods', workload.pod);
  const asks = routesOf(registered, request, request, evaluate);
  const injects = asks.hooks.some(({ mutating, outcome }) => mutating && outcome === 'called');
  // what validates sees the pod as it will be stored
  const final =
    injects && operations.length > 0
      ? jsonPatch.applyPatch(plainJson(workload.pod), [...operations]).newDocument
      : workload.pod;
  const made = WORKLOADS.find(({ kind }) => kind === workload.kind && kind !== 'Pod');
  const [group = ''] = made === undefined || !made.apiVersion.includes('/') ? [''] : made.apiVersion.split('/');
  const applied = made && creation(group, made.plural, value);
  const routes = routesOf(registered, request, creation('', 'pods', final), evaluate);
  const isRefused = injects && record.verdict === 'deny';
  return {
    from,
    pods: isRefused ? { hooks: routes.hooks.filter(({ mutating }) => mutating), policies: [] } : routes,
    ...(isRefused && { refused: true }),
    ...(applied && { workload: routesOf(registered, applied, applied, evaluate) }),
  };
}
