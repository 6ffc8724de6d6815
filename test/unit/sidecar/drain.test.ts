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

const sleeping = (seconds: number) => ({ preStop: { sleep: { seconds } } });

test.each<[string, number | null | undefined, Json, unknown]>([
  ['the profile’s default', undefined, DEFAULT, sleeping(5)],
  ['a grace period that is null', null, DEFAULT, sleeping(5)],
  ['another setting', 60, { ...DEFAULT, sidecar: { drainSeconds: 45 } }, sleeping(45)],
  ['never longer than the grace period', 3, DEFAULT, sleeping(3)],
  [
    'never longer than the default grace period',
    undefined,
    { ...DEFAULT, sidecar: { drainSeconds: 300 } },
    sleeping(30),
  ],
  ['no grace period, no sleep', 0, DEFAULT, undefined],
  ['switched off', 30, { ...DEFAULT, sidecar: { drainSeconds: 0 } }, undefined],
  ['Native order, in which the kubelet ends it last', 30, {}, undefined],
])('how long the proxy outlives the application’s order to end: %s', (_, grace, profile, expected) => {
  expect(lifecycleOf(grace, profile)).toEqual(expected);
});
