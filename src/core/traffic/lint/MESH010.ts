import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

const MOST_PERCENT = 50;

export const MESH010: TrafficRule = {
  code: 'MESH010',
  level: 'error',
  sentence: 'Of the least number of pods at least one may be left out, and at most half of them.',
  hint: 'Write a maxEjectionPercent from 100 / minReplicas, rounded up, to 50; or a minReplicas that is true.',
  evidence:
    'Measured with Envoy 1.40 and three pods of which one failed: 10 % and 33 % left out none, 34 % one. Since envoyproxy/envoy#27909; Istio’s default of 10 % never acts below ten pods (envoyproxy/envoy#34796).',
  shownBy: [
    'test/lab/resilience.test.ts',
    'of 3 endpoints a share of 34 per cent leaves out the one that fails, and it comes back',
  ],
  wrong: 'service: {name: a, port: 80, minReplicas: 3}\noutlierDetection: {maxEjectionPercent: 33}',
  right: 'service: {name: a, port: 80, minReplicas: 3}\noutlierDetection: {maxEjectionPercent: 34}',
  violations(judged) {
    const { outlierDetection, service } = judged.values;
    // MESH011 tells of a single pod
    if (outlierDetection === 'none' || service.minReplicas === 1) return [];
    const percent = outlierDetection.maxEjectionPercent;
    const least = Math.ceil(100 / service.minReplicas);
    if (least <= percent && percent <= MOST_PERCENT) return [];
    const [share, replicas] = ['/outlierDetection/maxEjectionPercent', '/service/minReplicas'];
    const effect = percent < least ? 'leaves no pod out' : 'may leave too few pods';
    const message = `${told(judged, share)} of ${told(judged, replicas)} ${effect}; accepted: ${least === MOST_PERCENT ? least : `${least} to ${MOST_PERCENT}`}`;
    return [{ path: ownPlace(judged, share, replicas), message }];
  },
};
