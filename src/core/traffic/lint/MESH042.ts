import { countsAsProduction } from './counts-as-production.ts';
import type { TrafficRule, Violation } from './rule.ts';
import { told } from './told.ts';

const MOST_SAMPLING = 10;

export const MESH042: TrafficRule = {
  code: 'MESH042',
  level: 'warning',
  sentence: 'In production at most one request in ten is traced, and a critical service does not log every request.',
  hint: 'Write tracing.sampling of at most 10, and accessLog: errors with an accessLogSampling.',
  evidence: 'Each span and each line costs the proxy processor time, and its store room, in proportion to the traffic.',
  wrong: 'telemetry: {tracing: {sampling: 100}}',
  right: 'telemetry: {tracing: {sampling: 5}}',
  violations(judged) {
    if (!countsAsProduction(judged)) return [];
    const { service, telemetry } = judged.values;
    const [log, sampling] = ['/telemetry/accessLog', '/telemetry/tracing/sampling'];
    const violations: Violation[] = [];
    if (telemetry.tracing !== 'none' && telemetry.tracing.sampling > MOST_SAMPLING)
      violations.push({
        path: sampling,
        message: `tracing ${told(judged, sampling)} in production; accepted: at most ${MOST_SAMPLING}`,
      });
    if (telemetry.accessLog === 'all' && service.tier === 'critical')
      violations.push({
        path: log,
        message: `${told(judged, log)} for ${told(judged, '/service/tier')}; accepted: errors, none`,
      });
    return violations;
  },
};
