import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitObjectOf } from '../../src/core/compatibility/fit-object.ts';
import { NOTHING_AROUND } from '../../src/core/compatibility/surroundings.ts';
import { differingPlaces, liesWithin } from '../../src/core/json/differing-places.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { podOfWorkload } from '../../src/core/kubernetes/workload.ts';
import { briefedPod } from '../../src/core/rollout/briefing/briefed-pod.ts';
import { bySquad } from '../../src/core/rollout/briefing/briefing.ts';
import { holds } from '../../src/core/rollout/briefing/statement.ts';
import { briefWorkload, type WorkloadBriefing } from '../../src/core/rollout/briefing/workload-briefing.ts';
import { NO_TRAFFIC_SERVICES } from '../../src/core/traffic/traffic-services.ts';
import { authoredPod } from '../cluster/valid-pods/authored-pods.ts';
import { profileChanges } from '../cluster/valid-pods/profiles.ts';
import { policyWith, SIDECAR } from '../core-fixtures/policies.ts';
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
    // in whatever order they stand
    volumes: [...(spec.volumes ?? [])].sort((one, other) => (one.name < other.name ? -1 : 1)),
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
      expect(against(briefing, briefed.before, briefed.after)).toEqual({ wrong: [], untold: [] });
    }),
    { numRuns: 500 },
  );
  expect(injected).toBeGreaterThan(20);
});

/** What a briefing says that does not hold in the pod of then, and what differs from the pod of before that it does not tell. */
function against({ statements }: WorkloadBriefing, before: Pod, after: Pod) {
  const evidence = statements.flatMap((one) => one.evidence);
  const wrong = evidence.filter((one) => !OF_SERVER.test(one.place) && !holds(after, one));
  const [left, right] = [compared(before), compared(after)];
  const places = differingPlaces(
    (['metadata', 'spec'] as const).map((key) => ({ key, left: left[key], right: right[key] })),
  );
  return { wrong, untold: places.filter((place) => !evidence.some((one) => liesWithin(place, one.place))) };
}

const FEATURE = { matchLabels: { 'feature.pillion.io/Observability': 'enabled' } };

// of two profiles the namespace has one, and gets the other when a feature is switched on
const switching = fc.record({
  pod: authoredPod,
  changes: profileChanges,
  other: fc.record({
    features: fc.constantFrom<('Observability' | 'Resilience')[]>([], ['Observability'], ['Resilience']),
    order: fc.constantFrom('Native' as const, 'Classic' as const),
    capture: fc.constantFrom('Redirect' as const, 'None' as const),
    sidecar: fc.constantFrom(SIDECAR, { ...SIDECAR, resources: { requests: {}, limits: {} } }),
  }),
  isOtherFirst: fc.boolean(),
});

test('pods with a sidecar: each statement about the features that they get holds, and nothing differs from today that none tells', () => {
  let briefedPods = 0;
  fc.assert(
    fc.property(switching, ({ pod, changes, other, isOtherFirst }) => {
      const [{ name = 'envoy' } = {}] = changes.spec?.profiles ?? [];
      const [first, second] = isOtherFirst ? ['other', name] : [name, 'other'];
      const profiles = [{ name: first ?? '', namespaceSelector: FEATURE }, { name: second ?? '' }];
      const policy = policyWith({
        ...changes,
        otherProfiles: { other },
        spec: { ...changes.spec, profiles: profiles as NonNullable<typeof changes.spec>['profiles'] & object },
      });
      const { metadata } = pod;
      const annotations = { ...metadata?.annotations, 'sidecar.istio.io/inject': 'true' };
      const object = { ...pod, metadata: { name: 'web', ...metadata, annotations } };
      const made = podOfWorkload(object);
      const workload = fitObjectOf(object, 'shop');
      if (made === undefined || workload === undefined) throw new Error('no pod');
      const brief = (labels: Readonly<Record<string, string>>) => {
        const namespace = { name: 'shop', labels };
        const features = ['Observability' as const];
        const under = { policy, namespace, services: NO_TRAFFIC_SERVICES, features, now: new Date(0) };
        const briefing = briefWorkload(made, workload, { ...under, around: NOTHING_AROUND, stage: 'metrics' });
        return { briefing, briefed: briefedPod(made.pod, under) };
      };
      const { briefing, briefed } = brief({ 'istio-injection': 'enabled' });
      if (briefing.verdict !== 'inject' || 'problems' in briefed || briefed.today === undefined) return;
      briefedPods += 1;
      expect(against(briefing, briefed.today.pod, briefed.after)).toEqual({ wrong: [], untold: [] });
      // what a squad has acknowledged stays that, whatever of it is done by now
      const acknowledged = bySquad([briefing])[0]?.digest;
      const opened = { 'istio-injection': 'enabled', ...FEATURE.matchLabels };
      for (const labels of [{}, opened]) expect(bySquad([brief(labels).briefing])[0]?.digest).toBe(acknowledged);
    }),
    { numRuns: 100 },
  );
  expect(briefedPods).toBeGreaterThan(20);
});
