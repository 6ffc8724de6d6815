import { pointer } from '../../json/pointer.ts';
import { covers } from './covers.ts';
import type { TrafficRule } from './rule.ts';

const EVERYTHING = [{}];

export const MESH033: TrafficRule = {
  code: 'MESH033',
  level: 'error',
  sentence: 'Each route can be reached: the special ones stand before the general ones, a route for everything last.',
  hint: 'Move the route up, before the one that takes its requests.',
  evidence:
    'The first route that matches counts, and the ones behind it silently never do: istio/istio#39188, #46410; IST0130, IST0131.',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH033: the first route that matches counts, not the one that says most',
  ],
  wrong:
    'routes:\n  - {name: all, match: [{path: {prefix: /}}]}\n  - {name: search, match: [{path: {prefix: /search}}]}',
  right:
    'routes:\n  - {name: search, match: [{path: {prefix: /search}}]}\n  - {name: all, match: [{path: {prefix: /}}]}',
  violations: ({ values: { routes } }) =>
    routes.flatMap((route, index) =>
      (route.match ?? EVERYTHING).flatMap((condition, at) => {
        const before = routes
          .slice(0, index)
          .find(({ match = EVERYTHING }) => match.some((earlier) => covers(earlier, condition)));
        if (before === undefined) return [];
        const path = pointer('routes', index, ...(route.match === undefined ? ['name'] : ['match', at]));
        return [
          { path, message: `route ${route.name} never gets these requests; route ${before.name} before it takes them` },
        ];
      }),
    ),
};
