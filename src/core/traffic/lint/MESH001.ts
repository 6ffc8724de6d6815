import { durationMs } from '../duration.ts';
import { longestPausesMs } from '../longest-pauses.ts';
import { fittingTry } from './fitting-try.ts';
import { retryingPolicies } from './request-policies.ts';
import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH001: TrafficRule = {
  code: 'MESH001',
  level: 'error',
  sentence: 'All tries and the pauses between them fit into the timeout.',
  hint: 'Raise timeout, or lower perTryTimeout or attempts; retries: none when no retry is wanted.',
  evidence:
    'Measured with Envoy 1.40: timeout 1s, perTryTimeout 400ms, attempts 3 gave two retries and 504 after 1.00 s; with timeout 3s all three came. istio/istio#21137, #17613.',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH001: tries that do not fit into the timeout are cut off, and with time for all of them all come',
  ],
  wrong: 'timeout: 1s\nretries: {attempts: 3, perTryTimeout: 400ms}',
  right: 'timeout: 3s\nretries: {attempts: 3, perTryTimeout: 400ms}',
  violations: (judged) =>
    retryingPolicies(judged).flatMap((policy) => {
      const { at, timeout, retries } = policy;
      const { attempts, perTryTimeout, backoff } = retries;
      if (timeout === 'none' || perTryTimeout === 'none') return [];
      const [whole, one] = [durationMs(timeout), durationMs(perTryTimeout)];
      const pauses = longestPausesMs(attempts, durationMs(backoff));
      const needed = (attempts + 1) * one + pauses;
      // MESH002 tells of a try that alone takes the whole timeout
      if (needed <= whole || one >= whole) return [];
      const [own, perTry, tries] = [`${at}/timeout`, `${at}/retries/perTryTimeout`, `${at}/retries/attempts`];
      const message = `${attempts + 1} tries of ${told(judged, perTry)} and pauses of ${pauses}ms take ${needed}ms; ${told(judged, own)}${fittingTry(policy)}`;
      return [{ path: ownPlace(judged, own, perTry, tries, `${at}/retries/backoff`), message }];
    }),
};
