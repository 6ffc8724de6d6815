import { pointer } from '../../json/pointer.ts';
import { NAMED_STATUSES } from '../named-statuses.ts';
import { retryingPolicies } from './request-policies.ts';
import type { TrafficRule } from './rule.ts';

const STATUS = /^\d{3}$/;

export const MESH009: TrafficRule = {
  code: 'MESH009',
  level: 'warning',
  sentence: 'A status after which requests are retried has a name.',
  hint: 'Write the status that the service answers by the book, such as 503; with the plain Envoy alone it may stay.',
  evidence:
    'Istio’s validation of HTTPRetry.retryOn asks Go for the name of a status, and refuses the VirtualService without one.',
  wrong: 'retries: {retryOn: [connect-failure, "499"]}',
  right: 'retries: {retryOn: [connect-failure, "429"]}',
  violations: (judged) =>
    retryingPolicies(judged).flatMap(({ at, retries: { retryOn } }) =>
      retryOn.flatMap((failure, index) => {
        if (!STATUS.test(failure) || NAMED_STATUSES.includes(failure)) return [];
        const message = `${failure} has no name, so Istio refuses it and charts/mesh-standard does`;
        return [{ path: `${at}/retries/retryOn${pointer(index)}`, message }];
      }),
    ),
};
