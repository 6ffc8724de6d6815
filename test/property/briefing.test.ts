import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitObjectOf } from '../../src/core/compatibility/fit-object.ts';
import { NOTHING_AROUND } from '../../src/core/compatibility/surroundings.ts';
import { differingPlaces, liesWithin } from '../../src/core/json/differing-places.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { podOfWorkload } from '../../src/core/kubernetes/workload.ts';
import { briefedPod } from '../../src/core/rollout/briefing/briefed-pod.ts';
import { holds } from '../../src/core/rollout/briefing/statement.ts';
import { briefWorkload } from '../../src/core/rollout/briefing/workload-briefing.ts';
import { NO_TRAFFIC_SERVICES } from '../../src/core/traffic/traffic-services.ts';
import { authoredPod } from '../cluster/valid-pods/authored-pods.ts';
import { profileChanges } from '../cluster/valid-pods/profiles.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { creation } from './arbitraries/creation.ts';

const authored = fc.record({
  pod: authoredPod,
  namespace: fc.constant({ name: 'shop', labels: {} }),
  policy: profileChanges.map((changes) => policyWith(changes)),
});

// what is only the API server’s to say
const OF_SERVER = /^\/(status\/|spec\/terminationGracePeriodSeconds$)/;

/** Maps and lists that are absent are empty ones, so that each of their parts is told. */
const compared = ({ metadata, spec }: Pod) => ({
  metadata: { ...metadata, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} },
  spec: {
    ...spec,
    initContainers: spec.initContainers ?? [],
    volumes: spec.volumes ?? [],
    imagePullSecrets: spec.imagePullSecrets ?? [],
  },
});

test.each([
  ['of every form', creation],
  ['as people write them', authored],
] as const)('pods %s: each statement holds in the injected pod, and nothing differs that none tells', (_, pods) => {
  let injected = 0;
  fc.assert(
    fc.property(pods as typeof authored, ({ pod, namespace, policy }) => {
      const object = { ...pod, metadata: { name: 'web', ...pod.metadata } };
      const made = podOfWorkload(object);
      const workload = fitObjectOf(object, namespace.name);
      if (made === undefined || workload === undefined) throw new Error('no pod');
      const under = { policy, namespace, services: NO_TRAFFIC_SERVICES, features: [], now: new Date(0) };
      const briefing = briefWorkload(made, workload, { ...under, around: NOTHING_AROUND, stage: undefined });
      const briefed = briefedPod(made.pod, under);
      if (briefing.verdict !== 'inject' || 'problems' in briefed) return;
      injected += 1;
      const { before, after } = briefed;
      const evidence = briefing.statements.flatMap((one) => one.evidence);
      const wrong = evidence.filter((one) => !OF_SERVER.test(one.place) && !holds(after, one));
      const [left, right] = [compared(before), compared(after)];
      const places = differingPlaces(
        (['metadata', 'spec'] as const).map((key) => ({ key, left: left[key], right: right[key] })),
      );
      const untold = places.filter((place) => !evidence.some((one) => liesWithin(place, one.place)));
      expect({ wrong, untold }).toEqual({ wrong: [], untold: [] });
    }),
    { numRuns: 250 },
  );
  expect(injected).toBeGreaterThan(20);
});
