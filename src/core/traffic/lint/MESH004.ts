import { HARMLESS_FAILURES } from '../../api/traffic/retries.ts';
import { SAFE_METHODS } from '../../xds/resilience/retries.ts';
import { type PlacedPolicy, retryingPolicies } from './request-policies.ts';
import type { TrafficRule } from './rule.ts';
import { ownPlace, told } from './told.ts';

const onlySafe = ({ match }: PlacedPolicy): boolean =>
  match?.every(({ methods }) => methods?.every((method) => SAFE_METHODS.some((safe) => safe === method))) ?? false;

export const MESH004: TrafficRule = {
  code: 'MESH004',
  level: 'error',
  sentence: 'What may do something twice is retried only after failures that cannot have reached the server.',
  hint: `Write methods: idempotent, or leave only ${HARMLESS_FAILURES.join(', ')} in retryOn.`,
  evidence: 'A payment was made twice after a retried POST: istio/istio#50506; also #13851, #27340.',
  wrong: 'retries: {methods: all, retryOn: [connect-failure, reset]}',
  right: 'retries: {methods: all, retryOn: [connect-failure, refused-stream]}',
  violations: (judged) =>
    retryingPolicies(judged).flatMap((policy) => {
      const { at, retries } = policy;
      const harmless: readonly string[] = HARMLESS_FAILURES;
      const harmful = retries.retryOn.filter((failure) => !harmless.includes(failure));
      if (retries.methods === 'idempotent' || harmful.length === 0 || onlySafe(policy)) return [];
      const [methods, retryOn] = [`${at}/retries/methods`, `${at}/retries/retryOn`];
      const message = `${told(judged, methods)} repeats a POST after ${harmful.join(', ')}, when the server may have done its work`;
      return [{ path: ownPlace(judged, methods, retryOn), message }];
    }),
};
