import { retryingPolicies } from './request-policies.ts';
import type { TrafficRule } from './rule.ts';
import { told } from './told.ts';

const GATEWAY_STATUS = /^50[234]$/;
const RESETS: readonly string[] = ['reset', '5xx'];

export const MESH006: TrafficRule = {
  code: 'MESH006',
  level: 'warning',
  sentence: 'Who retries after a status such as 503 retries after a broken connection too.',
  hint: 'Add reset to retryOn.',
  evidence:
    'A connection that breaks has no status, although the caller is answered 503 for it: the text of HTTPRetry.retryOn in istio.io/api.',
  shownBy: [
    'test/traffic/traffic-rules.test.ts',
    'MESH006: a connection that breaks is answered 503, and no retry on 503 counts it',
  ],
  wrong: 'retries: {retryOn: [connect-failure, "503"]}',
  right: 'retries: {retryOn: [connect-failure, reset, "503"]}',
  violations: (judged) =>
    retryingPolicies(judged).flatMap(({ at, retries: { retryOn } }) => {
      const status = retryOn.find((failure) => GATEWAY_STATUS.test(failure));
      if (status === undefined || retryOn.some((failure) => RESETS.includes(failure))) return [];
      const path = `${at}/retries/retryOn`;
      return [{ path, message: `${told(judged, path)}: ${status} does not count a connection that breaks` }];
    }),
};
