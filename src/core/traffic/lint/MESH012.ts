import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH012: TrafficRule = {
  code: 'MESH012',
  level: 'warning',
  sentence: 'Fewer gateway errors than errors of any kind leave a pod out.',
  hint: 'Write a consecutiveGatewayErrors below consecutive5xx.',
  evidence:
    'Each gateway error counts as one of 500 to 599 too, so the lower number acts first: the text of OutlierDetection in istio.io/api.',
  shownBy: [
    'test/traffic/traffic-rules-of-pods.test.ts',
    'MESH012: gateway errors count as errors of any kind, so the lower of the two numbers acts',
  ],
  wrong: 'outlierDetection: {consecutive5xx: 3, consecutiveGatewayErrors: 5}',
  right: 'outlierDetection: {consecutive5xx: 5, consecutiveGatewayErrors: 3}',
  violations(judged) {
    const { outlierDetection } = judged.values;
    if (outlierDetection === 'none') return [];
    const { consecutive5xx, consecutiveGatewayErrors } = outlierDetection;
    if (consecutive5xx === 'none' || consecutiveGatewayErrors === 'none') return [];
    if (consecutiveGatewayErrors < consecutive5xx) return [];
    const [gateway, any] = ['/outlierDetection/consecutiveGatewayErrors', '/outlierDetection/consecutive5xx'];
    const message = `${told(judged, gateway)} has no effect beside ${told(judged, any)}`;
    return [{ path: ownPlace(judged, gateway, any), message }];
  },
};
