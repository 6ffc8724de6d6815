import type { Match } from '../../api/traffic/matching.ts';
import { pointer } from '../../json/pointer.ts';
import { regularExpressionProblem } from '../regular-expression.ts';
import type { TrafficRule, Violation } from './rule.ts';

export const MESH043: TrafficRule = {
  code: 'MESH043',
  level: 'error',
  waivable: false,
  sentence: 'A regular expression is short, anchored at both ends, and one that the proxies can read.',
  hint: 'Mend what is said of it, or use prefix or exact, which need no expression.',
  evidence:
    'The proxies read RE2, which has neither look-around nor back references, and refuse a whole configuration because of one expression. Envoy matches an expression as a whole, with anchors or without, while most tools and readers search for it: only an anchored one means the same to all of them.',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH043: an expression has to match as a whole, with anchors or without',
  ],
  wrong: 'routes: [{name: search, match: [{path: {regex: "/search/.*"}}]}]',
  right: 'routes: [{name: search, match: [{path: {regex: "^/search/.*$"}}]}]',
  violations({ values: { routes, canary } }) {
    const inRoutes = routes.flatMap(({ match }, index) => violationsIn(match, pointer('routes', index, 'match')));
    return [...inRoutes, ...(canary === 'none' ? [] : violationsIn(canary.match, '/canary/match'))];
  },
};

const violationsIn = (match: readonly Match[] = [], at: string): readonly Violation[] =>
  match.flatMap(({ path, headers = {} }, index) => [
    ...violationOf(path?.regex, at + pointer(index, 'path', 'regex')),
    ...Object.entries(headers).flatMap(([name, value]) =>
      violationOf(typeof value === 'string' ? undefined : value.regex, at + pointer(index, 'headers', name, 'regex')),
    ),
  ]);

function violationOf(regex: string | undefined, path: string): readonly Violation[] {
  const problem = regex === undefined ? undefined : regularExpressionProblem(regex);
  return problem === undefined ? [] : [{ path, message: problem }];
}
