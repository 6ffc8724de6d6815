import { expect, test } from '@jest/globals';
import { fitObjectOf } from '../../../../src/core/compatibility/fit-object.ts';
import { NOTHING_AROUND } from '../../../../src/core/compatibility/surroundings.ts';
import { podOfWorkload } from '../../../../src/core/kubernetes/workload.ts';
import { plainText } from '../../../../src/core/rollout/briefing/phrase.ts';
import { briefWorkload } from '../../../../src/core/rollout/briefing/workload-briefing.ts';
import { NO_TRAFFIC_SERVICES } from '../../../../src/core/traffic/traffic-services.ts';
import { EVERY_OVERRIDE, policyWith } from '../../../core-fixtures/policies.ts';

const NOTHING = 'No traffic passes the sidecar by itself: nothing is redirected to it.';
const TOLD = { name: 'istio-init', image: 'auto', args: ['proxy', 'sidecar'] };

/** What the squad of a pod with an `istio` sidecar is told of capture. */
function capture(istio: Readonly<Record<string, unknown>>, initContainers: readonly unknown[]) {
  const policy = policyWith({
    istio: { compatibility: 'Istio', ...istio },
    spec: { profiles: [{ name: 'istio' }], overrides: { allow: EVERY_OVERRIDE, others: 'Deny' } },
  });
  const spec = { containers: [{ name: 'app', image: 'registry.example/web:1' }], initContainers };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec };
  const made = podOfWorkload(object);
  const workload = fitObjectOf(object, 'shop');
  if (made === undefined || workload === undefined) throw new Error('no pod');
  const namespace = { name: 'shop', labels: {} };
  const under = { policy, namespace, services: NO_TRAFFIC_SERVICES, features: [], now: new Date(0) };
  const briefing = briefWorkload(made, workload, { ...under, around: NOTHING_AROUND, stage: undefined });
  return briefing.statements
    .filter(({ kind }) => kind === 'Capture')
    .map(({ says, evidence }) => ({ says: plainText(says), evidence: evidence[0] }));
}

test('a profile that redirects nothing: no container is there that would', () => {
  expect(capture({ capture: 'None' }, [])).toEqual([
    { says: NOTHING, evidence: { place: '/spec/initContainers/istio-init', absent: true } },
  ]);
});

test('an author who tells the redirect to do something else is told that nothing is redirected', () => {
  expect(capture({}, [TOLD])).toEqual([
    {
      says: `${NOTHING} istio-init is there, with arguments that redirect nothing.`,
      evidence: { place: '/spec/initContainers/istio-init/args', is: TOLD.args },
    },
  ]);
});
