import { expect, test } from '@jest/globals';
import { addressOf, askedRoute } from '../../../src/core/dashboard/asked-route.ts';

test.each([
  ['/overview', { route: 'overview' }, '/api/v1/overview'],
  ['overview', { route: 'overview' }, '/api/v1/overview'],
  ['/api/v1/overview?days=7', { route: 'overview', query: { days: '7' } }, '/api/v1/overview?days=7'],
  [
    '/workloads/?squad=a%20b&limit=2',
    { route: 'workloads', query: { squad: 'a b', limit: '2' } },
    '/api/v1/workloads?squad=a+b&limit=2',
  ],
  [
    '/workloads/web/Rollout.argoproj.io/a',
    { route: 'workload', path: { namespace: 'web', kind: 'Rollout.argoproj.io', name: 'a' } },
    '/api/v1/workloads/web/Rollout.argoproj.io/a',
  ],
  [
    '/rollout/stages/first%2Fhalf%20%E2%9C%93/briefing',
    { route: 'briefing', path: { stage: 'first/half ✓' } },
    '/api/v1/rollout/stages/first%2Fhalf%20%E2%9C%93/briefing',
  ],
])('%s is understood', (text, asked, address) => {
  const read = askedRoute(text);
  expect(read).toEqual({ path: {}, query: {}, ...asked });
  if ('problem' in read) throw new Error(read.problem);
  expect(addressOf(read)).toBe(address);
});

test.each([
  ['/workload', 'the API has no "/workload"; did you mean /workloads?'],
  ['/Overview', 'the API has no "/Overview"; did you mean /overview?'],
  ['', 'the API has no "/"; there are /overview, /rollout'],
  ['/workloads/web/Deployment', 'the API has no "/workloads/web/Deployment"; there are'],
  ['/workloads/web//a', 'the API has no "/workloads/web//a"'],
  ['/workloads/%zz/Deployment/a', 'the API has no "/workloads/%zz/Deployment/a"'],
  ['/workloads?sqaud=a', '/workloads has no parameter "sqaud"; did you mean squad?'],
  ['/policy?x=1', '/policy has no parameter "x"; it takes none'],
  ['/overview?y=1', '/overview has no parameter "y"; it takes days'],
  ['/workloads?squad=a&squad=b', 'squad is said twice; give it once'],
  ['/workloads?__proto__=a', '/workloads has no parameter "__proto__"; it takes limit'],
])('%s is told with what there is', (text, problem) => {
  expect(askedRoute(text)).toEqual({ problem: expect.stringContaining(problem) });
});
