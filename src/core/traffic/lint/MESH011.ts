import type { TrafficRule } from './rule.ts';
import { told } from './told.ts';

export const MESH011: TrafficRule = {
  code: 'MESH011',
  level: 'error',
  sentence: 'Pods are left out only where there are others.',
  hint: 'Write outlierDetection: none, or a minReplicas of at least 2 when there are as many.',
  evidence: 'The only pod is never left out, or nobody answers any more: istio/istio#20135, envoyproxy/envoy#17504.',
  shownBy: ['test/traffic/traffic-rules-of-pods.test.ts', 'MESH011: the only pod is not left out'],
  wrong: 'service: {name: a, port: 80, minReplicas: 1}\noutlierDetection: {consecutive5xx: 7}',
  right: 'service: {name: a, port: 80, minReplicas: 1}\noutlierDetection: none',
  violations(judged) {
    const { outlierDetection, service } = judged.values;
    if (outlierDetection === 'none' || service.minReplicas > 1) return [];
    const replicas = '/service/minReplicas';
    const message = `outlierDetection has no effect with ${told(judged, replicas)}`;
    const written = judged.project.outlierDetection === undefined ? replicas : '/outlierDetection';
    return [{ path: written, message }];
  },
};
