import { pointer } from '../../json/pointer.ts';
import { regularExpressionProblem } from '../regular-expression.ts';
import type { TrafficRule, Violation } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH041: TrafficRule = {
  code: 'MESH041',
  level: 'error',
  sentence: 'Not every page of the web may call with the user’s cookies, and an origin is matched as a whole.',
  hint: 'Name the origins one by one, which needs no expression; with * write credentials: false.',
  evidence:
    'Browsers refuse * with credentials, and a proxy that answers with the caller’s origin instead opens the service to every page. An expression without its end means https://shop.example.com.evil.test as well wherever it is searched for; Envoy matches it as a whole.',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH041: an origin has to match as a whole, with anchors or without',
  ],
  wrong: 'cors: {origins: ["*"], credentials: true}',
  right: 'cors: {origins: ["https://shop.example.com"], credentials: true}',
  violations(judged) {
    const { cors } = judged.values;
    if (cors === 'none') return [];
    const [credentials, origins] = ['/cors/credentials', '/cors/origins'];
    const everyPage: Violation[] =
      cors.credentials && cors.origins.includes('*')
        ? [
            {
              path: ownPlace(judged, credentials, origins),
              message: `${told(judged, credentials)} with ${told(judged, origins)} lets every page of the web call as the user`,
            },
          ]
        : [];
    const unfit = cors.origins.flatMap((origin, index): readonly Violation[] => {
      const problem = origin.startsWith('^') ? regularExpressionProblem(origin) : undefined;
      return problem === undefined ? [] : [{ path: pointer('cors', 'origins', index), message: problem }];
    });
    return [...everyPage, ...unfit];
  },
};
