import type { TrafficRule } from './rule.ts';
import { told } from './told.ts';

export const MESH023: TrafficRule = {
  code: 'MESH023',
  level: 'warning',
  sentence: 'Retries are bounded by a budget or by a number, not by both.',
  hint: 'Write circuitBreaker.maxRetries: none, or write retryBudget: none.',
  evidence:
    'A budget takes the place of the number, which then bounds nothing: the text of CircuitBreakers.Thresholds.retry_budget in Envoy’s API.',
  shownBy: ['test/traffic/traffic-rules.test.ts', 'MESH023: a budget takes the place of the number of retries'],
  wrong: 'circuitBreaker: {maxRetries: 10}\nretryBudget: {percent: 20}',
  right: 'circuitBreaker: {maxRetries: 10}\nretryBudget: none',
  violations(judged) {
    const { circuitBreaker, retryBudget } = judged.values;
    if (circuitBreaker === 'none' || circuitBreaker.maxRetries === 'none' || retryBudget === 'none') return [];
    const path = '/circuitBreaker/maxRetries';
    const budget = told(judged, '/retryBudget/percent');
    return [{ path, message: `${told(judged, path)} has no effect beside a retryBudget of ${budget}` }];
  },
};
