import { retryingPolicies } from './request-policies.ts';
import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH003: TrafficRule = {
  code: 'MESH003',
  level: 'error',
  sentence: 'Where requests are retried there is a timeout.',
  hint: 'Write a timeout that all tries fit into, or retries: none.',
  evidence: 'Without one, Istio’s perTryTimeout silently becomes the timeout: istio/istio#13167, #55748.',
  wrong: 'timeout: none\nretries: {attempts: 1, perTryTimeout: 1s}',
  right: 'timeout: none\nretries: none',
  violations: (judged) =>
    retryingPolicies(judged)
      .filter(({ timeout }) => timeout === 'none')
      .map(({ at }) => {
        const [own, tries] = [`${at}/timeout`, `${at}/retries/attempts`];
        const message = `${told(judged, tries)} without a limit for all tries together; ${told(judged, own)}`;
        return { path: ownPlace(judged, own, tries), message };
      }),
};
