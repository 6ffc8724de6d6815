import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH030: TrafficRule = {
  code: 'MESH030',
  level: 'error',
  sentence: 'The shares of different versions add up to 100.',
  hint: 'Name two versions, and in canary.service the Service of the new one alone. The one of service gets what canary.weight leaves of 100.',
  evidence:
    'Istio takes shares of 30 and 30 and divides by their sum (seen with istioctl). A single weight cannot go wrong so, but the same version twice gets all of it.',
  wrong: 'service: {name: a, port: 80, version: v2}\ncanary: {version: v2, weight: 10}',
  right: 'service: {name: a, port: 80, version: v1}\ncanary: {version: v2, weight: 10}',
  violations(judged) {
    const { canary, service } = judged.values;
    if (canary === 'none') return [];
    if (canary.service === service.name) {
      const message = `canary ${told(judged, '/canary/service')} is the service itself, so it gets all requests`;
      return [{ path: ownPlace(judged, '/canary/service'), message }];
    }
    if (canary.version !== service.version) return [];
    const path = ownPlace(judged, '/canary/version', '/service/version');
    const message = `canary ${told(judged, '/canary/version')} is the service’s own ${told(judged, '/service/version')}, so it gets all requests`;
    return [{ path, message }];
  },
};
