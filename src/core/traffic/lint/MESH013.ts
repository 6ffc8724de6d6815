import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH013: TrafficRule = {
  code: 'MESH013',
  level: 'error',
  sentence: 'Failures to connect are counted for themselves only where they are told apart.',
  hint: 'Write splitExternalLocalOriginErrors: true, or consecutiveLocalOriginFailures: none.',
  evidence: 'Istio’s own validation refuses the one without the other, and Envoy does not look at the number.',
  shownBy: [
    'test/traffic/traffic-rules-of-pods.test.ts',
    'MESH013: failures to connect are counted for themselves only where they are told apart',
  ],
  wrong: 'outlierDetection: {consecutiveLocalOriginFailures: 5}',
  right: 'outlierDetection: {consecutiveLocalOriginFailures: 5, splitExternalLocalOriginErrors: true}',
  violations(judged) {
    const { outlierDetection } = judged.values;
    if (outlierDetection === 'none' || outlierDetection.splitExternalLocalOriginErrors) return [];
    if (outlierDetection.consecutiveLocalOriginFailures === 'none') return [];
    const failures = '/outlierDetection/consecutiveLocalOriginFailures';
    const split = '/outlierDetection/splitExternalLocalOriginErrors';
    const message = `${told(judged, failures)} has no effect with ${told(judged, split)}`;
    return [{ path: ownPlace(judged, failures, split), message }];
  },
};
