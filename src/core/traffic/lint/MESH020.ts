import { type Project, projectName } from '../catalogue/project.ts';
import type { CatalogueRule, CatalogueViolation } from './catalogue-rule.ts';
import { told } from './told.ts';

const LIMITS = ['maxConnections', 'maxPendingRequests', 'maxRequests', 'maxRetries'] as const;

export const MESH020: CatalogueRule = {
  code: 'MESH020',
  level: 'note',
  sentence: 'Whoever chooses a limit of circuitBreaker knows how often it counts: once for each proxy of a caller.',
  hint: 'Choose what one pod of a caller may take; nothing has to be done where the sum is what was meant. With Istio the sidecar beside each pod of the service counts too, and refuses what is beyond the limit, from whomever it comes.',
  evidence:
    'Envoy counts in each proxy for itself, so that a limit of 100 and ten pods of callers let 1,000 through: istio/istio#37009, #35530, envoyproxy/envoy#24579. Measured with Envoy 1.40: with a limit of 3 two callers had 6 requests under way at a service without a sidecar, and 3 at one whose sidecar istiod gave the same limit. The sum is for the least number of pods; more of them let more through.',
  shownBy: [
    'test/istio/behaviour/limits.ts',
    'MESH020: a limit is one of each caller’s sidecar, so two callers get twice as much',
  ],
  wrong: [
    'service: {name: catalog, port: 80, minReplicas: 3}\ndependsOn: [quotes]\ntimeout: 20s',
    'service: {name: quotes, port: 80}\ncircuitBreaker: {maxRequests: 100}',
  ],
  right: [
    'service: {name: catalog, port: 80, minReplicas: 3}\ndependsOn: [quotes]\ntimeout: 20s',
    'service: {name: quotes, port: 80}',
  ],
  violations: ({ projects, dependencies }) =>
    projects.flatMap((project) => violationsOf(project, dependencies.callers.get(project) ?? [])),
};

function violationsOf(project: Project, callers: readonly Project[]): readonly CatalogueViolation[] {
  const { circuitBreaker } = project.values;
  const proxies = callers.reduce((sum, { values }) => sum + values.service.minReplicas, 0);
  if (circuitBreaker === 'none' || proxies < 2) return [];
  return LIMITS.flatMap((field) => {
    const limit = circuitBreaker[field];
    const path = `/circuitBreaker/${field}`;
    // what the company chose is no surprise of this team
    if (limit === 'none' || project.origins.get(path) !== 'project') return [];
    const who = `${proxies} proxies of ${callers.length} caller${callers.length === 1 ? '' : 's'}`;
    const message = `${told(project, path)} of ${projectName(project)} counts in each of the ${who} at least, so ${limit * proxies} in all`;
    const related = callers.map((caller) => ({
      project: caller,
      path: '/service/minReplicas',
      message: told(caller, '/service/minReplicas'),
    }));
    return [{ project, path, message, related }];
  });
}
