import type { Match } from '../api/traffic/matching.ts';
import type { RequestPolicy } from '../traffic/effective-values.ts';
import type { Destination } from '../xds/resilience/destination.ts';
import { type ExplainedRoute, explainedDestination } from '../xds/resilience/explained.ts';
import { routePlan } from '../xds/resilience/route-plan.ts';
import type { ProbePlan } from './probe-plan.ts';

/** The route that the requests of a probe take, with what they are subject to. */
export interface TakenRoute {
  readonly route: ExplainedRoute;
  readonly policy: RequestPolicy;
}

type Request = Pick<ProbePlan, 'method' | 'path'>;

/** The first route that matches counts, as in Envoy. */
export function takenRoute(destination: Destination, request: Request): TakenRoute {
  const plan = routePlan(destination);
  const index = plan.findIndex(({ match }) => match === undefined || matches(match, request));
  // neither the names of its hosts nor where its callers are changes a route
  const route = explainedDestination(destination, destination.namespace, '').routes[index];
  const planned = plan[index];
  if (route === undefined || planned === undefined) throw new Error('no route takes every request; please report it');
  return { route, policy: planned.policy };
}

/** A probe sends no header that a team could name. */
function matches({ path = {}, headers, methods }: Match, request: Request): boolean {
  if (headers !== undefined || methods?.includes(request.method) === false) return false;
  const called = request.path.replace(/[?#].*$/, '');
  const { exact, prefix, regex } = path;
  if (exact !== undefined) return called === exact;
  // rule MESH043 lets through only what means the same in RE2, anchored
  if (regex !== undefined) return new RegExp(regex, 'u').test(called);
  return called.startsWith(prefix ?? '/');
}
