import { countsAsProduction } from './counts-as-production.ts';
import { requestPolicies } from './request-policies.ts';
import type { TrafficRule } from './rule.ts';

export const MESH040: TrafficRule = {
  code: 'MESH040',
  level: 'error',
  waivable: false,
  sentence: 'Failures are made on purpose only outside of production.',
  hint: 'Write environment: dev, test or staging, or remove fault.',
  evidence:
    'Callers of a service in production are no test subjects. And timeout and retries do not soften a fault: the timeout begins after a delay, and what is aborted is not tried again. Measured with Envoy 1.40, also under istiod (test/istio/behaviour/failures.ts), which keeps both beside a fault; older ones left them out (istio/istio#13705, #20928).',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH040: a delay is no part of the timeout, and an abort is not tried again',
  ],
  wrong: 'fault: {abort: {percent: 10, status: 503}}',
  right: 'environment: staging\nfault: {abort: {percent: 10, status: 503}}',
  violations(judged) {
    if (!countsAsProduction(judged)) return [];
    const where = judged.values.environment === undefined ? 'without an environment' : 'in production';
    return requestPolicies(judged)
      .filter(({ at, fault }) => fault !== 'none' && (at === '' || judged.values.fault === 'none'))
      .map(({ at }) => ({ path: `${at}/fault`, message: `is given ${where}; accepted: in dev, test and staging` }));
  },
};
