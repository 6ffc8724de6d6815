import { durationMs } from '../duration.ts';
import { fittingTry } from './fitting-try.ts';
import { retryingPolicies } from './request-policies.ts';
import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH002: TrafficRule = {
  code: 'MESH002',
  level: 'error',
  sentence: 'One try takes less than the timeout.',
  hint: 'Write a perTryTimeout that leaves time for the retries; it counts for the first try too.',
  evidence:
    'Measured with Envoy 1.40: timeout 1s with perTryTimeout 5s gave no retry at all, since the first try used the time up.',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH002: a try that takes the whole timeout leaves none for another',
  ],
  wrong: 'timeout: 1s\nretries: {attempts: 1, perTryTimeout: 5s}',
  right: 'timeout: 1s\nretries: {attempts: 1, perTryTimeout: 400ms}',
  violations: (judged) =>
    retryingPolicies(judged).flatMap((policy) => {
      const { at, timeout, retries } = policy;
      const { perTryTimeout } = retries;
      if (timeout === 'none') return [];
      if (perTryTimeout !== 'none' && durationMs(perTryTimeout) < durationMs(timeout)) return [];
      const [perTry, whole] = [`${at}/retries/perTryTimeout`, `${at}/timeout`];
      const message = `${told(judged, perTry)} leaves no time for a retry; ${told(judged, whole)}${fittingTry(policy)}`;
      return [{ path: ownPlace(judged, perTry, whole, `${at}/retries/attempts`), message }];
    }),
};
