import { expect, test } from '@jest/globals';
import { destinationOf } from '../../../src/core/sidecar/profiles/envoy/pod-traffic.ts';
import { trafficServices } from '../../../src/core/traffic/traffic-services.ts';
import { type Carried, carriedBy } from '../../../src/core/verification/carried.ts';
import type { Destination } from '../../../src/core/xds/resilience/destination.ts';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { trafficService } from '../../core-fixtures/traffic-services.ts';

const OFF = { timeout: 'none', retries: 'none', retryBudget: 'none', circuitBreaker: 'none', outlierDetection: 'none' };
const CRITICAL = { service: { name: 'inventory', port: 8080, tier: 'critical', minReplicas: 3 } };
const RICH = {
  ...CRITICAL,
  environment: 'test',
  routes: [{ name: 'list', match: [{ path: { prefix: '/list' } }], timeout: '12s' }],
  canary: { version: 'v2', weight: 10, match: [{ headers: { 'x-canary': 'yes' } }] },
  fault: { delay: { percent: 1, duration: '10ms' } },
};

/** What a pod carries that was rendered under other values than those of now. */
function carried(
  then: Json | undefined,
  now: Json,
  features: readonly string[] = ['Observability', 'Resilience'],
): Carried {
  const services = trafficServices(then === undefined ? [] : [trafficService('inventory', then)]);
  const pod = askingPod({ 'pillion.io/depends-on': 'inventory' });
  const policy = policyWith({ profile: { features: [...features] as ('Observability' | 'Resilience')[] } });
  const { annotations } = patched(pod, admitted(pod, { policy, services })).metadata;
  const destination = destinationOf(trafficService('inventory', now)) as Destination;
  return carriedBy(annotations?.['pillion.io/envoy-config'] ?? '', destination);
}

test.each<readonly [string, Json]>([
  ['the smallest values', {}],
  ['those of a tier', CRITICAL],
  ['values with everything', RICH],
  ['values with nothing', OFF],
])('a pod that was rendered under %s carries the same', (_, values) => {
  expect(carried(values, values)).toEqual({ values: 'same', isObserved: true });
});

test.each<readonly [string, Json, Json]>([
  ['a timeout', {}, { timeout: '11s' }],
  ['a pause', { retries: { backoff: '50ms' } }, {}],
  ['how long a connection is kept', { circuitBreaker: { idleTimeout: '30s' } }, {}],
  ['a limit', { circuitBreaker: { maxRequests: 5 } }, { circuitBreaker: { maxRequests: 6 } }],
  ['a share of pods', { outlierDetection: { maxEjectionPercent: 50 } }, { outlierDetection: 'none' }],
  ['a route', {}, { routes: RICH.routes }],
  ['a canary', RICH, { ...RICH, canary: { version: 'v3', weight: 10 } }],
])('a pod carries older values when %s has changed', (_, then, now) => {
  expect(carried(then, now).values).toBe('older');
});

test('a pod whose Service said nothing, or whose profile lacks the feature, carries nothing', () => {
  expect(carried(undefined, {})).toEqual({ values: 'nothing', isObserved: true });
  expect(carried({}, {}, ['Observability'])).toEqual({ values: 'nothing', isObserved: true });
  expect(carried({}, {}, ['Resilience'])).toEqual({ values: 'same', isObserved: false });
});

test.each(['', '[', 'a: &a [*a]', '{static_resources: {listeners: 7}}', '{static_resources: {listeners: [null, 3]}}'])(
  'what is no configuration carries nothing: %s',
  (text) => {
    const destination = destinationOf(trafficService('inventory', {})) as Destination;
    expect(carriedBy(text, destination)).toEqual({ values: 'nothing', isObserved: false });
  },
);
