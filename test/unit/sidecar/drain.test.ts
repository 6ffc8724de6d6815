import { expect, test } from '@jest/globals';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const DEFAULT = { order: 'Classic' };

/** What the sidecar does at the end of a pod with this grace period. */
function lifecycleOf(grace: number | null | undefined, profile: Json): unknown {
  const spec = grace === undefined ? {} : { terminationGracePeriodSeconds: grace };
  const pod = askingPod({}, { ...spec, containers: [{ name: 'web', image: 'web' }] });
  const done = patched(pod, admitted(pod, { policy: policyWith({ profile }) }));
  const all = [...(done.spec.initContainers ?? []), ...(done.spec.containers ?? [])];
  return all.find(({ name }) => name === 'istio-proxy')?.lifecycle;
}

/** The order to drain, under the id of the pod's record; with a delay, the answer waits for so long. */
const draining = (seconds: number) => ({
  preStop: {
    httpGet: {
      path: expect.stringMatching(/^\/drain\/[0-9a-f]{16}$/),
      port: 15021,
      scheme: 'HTTP',
      ...(seconds > 0 ? { httpHeaders: [{ name: 'x-envoy-fault-delay-request', value: String(seconds * 1000) }] } : {}),
    },
  },
});

test.each<[string, number | null | undefined, Json, unknown]>([
  ['the profile’s default', undefined, DEFAULT, draining(5)],
  ['a grace period that is null', null, DEFAULT, draining(5)],
  ['another setting', 60, { ...DEFAULT, sidecar: { drainSeconds: 45 } }, draining(45)],
  ['never longer than the grace period', 3, DEFAULT, draining(3)],
  [
    'never longer than the default grace period',
    undefined,
    { ...DEFAULT, sidecar: { drainSeconds: 300 } },
    draining(30),
  ],
  ['no grace period, no delay', 0, DEFAULT, draining(0)],
  ['switched off', 30, { ...DEFAULT, sidecar: { drainSeconds: 0 } }, draining(0)],
  ['Native order, in which the kubelet ends it last', 30, {}, draining(0)],
  [
    'connections are passed on as they are: a sleep',
    30,
    { ...DEFAULT, features: [] },
    { preStop: { sleep: { seconds: 5 } } },
  ],
  ['the same in Native order: nothing', 30, { features: [] }, undefined],
])('what the sidecar does when the pod is told to end: %s', (_, grace, profile, expected) => {
  expect(lifecycleOf(grace, profile)).toEqual(expected);
});

test('the order carries what the sidecar compares it with, and each pod has its own', () => {
  const keys = ['first', 'second'].map((uid) => {
    const pod = askingPod();
    const done = patched(pod, admitted(pod, { uid }));
    const status = JSON.parse(done.metadata.annotations?.['pillion.io/status'] ?? '') as { readonly recordId: string };
    const [sidecar] = (done.spec.initContainers ?? []).filter(({ name }) => name === 'istio-proxy');
    expect(sidecar?.env).toContainEqual({ name: 'DRAIN_KEY', value: status.recordId });
    expect(sidecar?.lifecycle).toMatchObject({ preStop: { httpGet: { path: `/drain/${status.recordId}` } } });
    return status.recordId;
  });
  expect(keys[0]).not.toBe(keys[1]);
});
