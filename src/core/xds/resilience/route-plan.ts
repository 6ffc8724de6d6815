import type { Match } from '../../api/traffic/matching.ts';
import { pointer } from '../../json/pointer.ts';
import type { RequestPolicy } from '../../traffic/effective-values.ts';
import { canaryService, type Destination, mirrorService, upstreamName } from './destination.ts';

/** An upstream with its part of a hundred. */
export interface Share {
  readonly upstream: string;
  readonly weight: number;
}

/** What becomes of some of the requests to a destination. */
export interface PlannedRoute {
  readonly name: string;
  /** Which requests; every other one where it is undefined. */
  readonly match: Match | undefined;
  readonly policy: RequestPolicy;
  /** Where in the values its policy stands, as a JSON pointer; empty for that of the service itself. */
  readonly at: string;
  readonly to: readonly Share[];
  /** Upstreams that get requests a second time, each with how many of a hundred. */
  readonly copies: readonly { readonly upstream: string; readonly percent: number }[];
}

/**
 * The routes of the requests to a destination, of which the first that matches counts: the canary’s own requests, then the routes in their
 * order, then everything else.
 */
export function routePlan(destination: Destination): readonly PlannedRoute[] {
  const { values } = destination;
  const balanced = { to: sharesOf(destination), copies: copiesOf(destination) };
  const canary = canaryService(destination);
  const canaryMatches = values.canary === 'none' ? [] : (values.canary.match ?? []);
  const toCanary = { to: [{ upstream: upstreamName(destination, canary ?? ''), weight: 100 }], copies: [] };
  return [
    ...canaryMatches.map((match) => ({ name: 'canary', match, policy: values, at: '', ...toCanary })),
    ...values.routes.flatMap((route, index) =>
      (route.match ?? [undefined]).map((match) => ({
        ...{ name: route.name, match, policy: route, at: pointer('routes', index) },
        ...balanced,
      })),
    ),
    { name: 'default', match: undefined, policy: values, at: '', ...balanced },
  ];
}

/** Where requests go that no condition sends to the new version: to the Service itself, but for the share of the new one. */
function sharesOf(destination: Destination): readonly Share[] {
  const own = upstreamName(destination, destination.name);
  const { canary } = destination.values;
  const service = canaryService(destination);
  const weight = canary === 'none' ? 0 : (canary.weight ?? 0);
  return [
    { upstream: own, weight: 100 - weight },
    ...(service === undefined || weight === 0 ? [] : [{ upstream: upstreamName(destination, service), weight }]),
  ];
}

function copiesOf(destination: Destination): PlannedRoute['copies'] {
  const { mirror, canary } = destination.values;
  return [
    ...(mirror === 'none' ? [] : [{ service: mirrorService(destination), percent: mirror.percent }]),
    ...(canary === 'none' ? [] : [{ service: canaryService(destination), percent: canary.mirrorPercent ?? 0 }]),
  ]
    .filter(({ percent }) => percent > 0)
    .map(({ service = '', percent }) => ({ upstream: upstreamName(destination, service), percent }));
}
