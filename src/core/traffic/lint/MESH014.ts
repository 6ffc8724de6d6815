import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH014: TrafficRule = {
  code: 'MESH014',
  level: 'warning',
  sentence: 'Failover to other zones comes with outlierDetection.',
  hint: 'Switch outlierDetection on, or write loadBalancing.locality: none. Istio, where outlierDetection is on, fails over by itself.',
  evidence: 'Only a pod that was left out counts as unhealthy: istio/istio#48084, #12961, istio/api#3693.',
  wrong: 'loadBalancing: {locality: failover}\noutlierDetection: none',
  right: 'loadBalancing: {locality: failover}\noutlierDetection: {consecutive5xx: 5}',
  violations(judged) {
    const { loadBalancing, outlierDetection } = judged.values;
    if (loadBalancing.locality !== 'failover' || outlierDetection !== 'none') return [];
    const locality = '/loadBalancing/locality';
    const message = `${told(judged, locality)} has no effect; ${told(judged, '/outlierDetection')}`;
    return [{ path: ownPlace(judged, locality, '/outlierDetection'), message }];
  },
};
