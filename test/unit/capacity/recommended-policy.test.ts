import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { EnvoyProfile } from '../../../src/core/api/envoy-profile.ts';
import { recommendedPolicy } from '../../../src/core/capacity/recommended-policy.ts';
import { sizedWorkload } from '../../../src/core/capacity/sized-workload.ts';
import { ENVOY_PROFILE } from '../../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { NO_TRAFFIC_SERVICES } from '../../../src/core/traffic/traffic-services.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const MEBIBYTE = 2 ** 20;
const policy = policyWith();
const envoy: EnvoyProfile = parse(ENVOY_PROFILE);

const workload = sizedWorkload(
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' }, annotations: { 'sidecar.istio.io/inject': 'true' } },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
      },
    },
  },
  (name = '') => ({ name, labels: { 'istio-injection': 'enabled' } }),
  { policy, services: NO_TRAFFIC_SERVICES, limitsOf: () => [] },
);

/** The resources of the sidecar that is recommended for a workload whose limits are these. */
function recommended(limits: object | undefined) {
  if (workload === undefined) throw new Error('the workload cannot be read');
  const { limits: _, ...resources } = envoy.spec.sidecar.resources;
  const sidecar = { ...envoy.spec.sidecar, resources: { ...resources, ...(limits && { limits }) } };
  const profile = { ...envoy, spec: { ...envoy.spec, sidecar } } as EnvoyProfile;
  const requests = { cpu: 0.12, memory: 288 * MEBIBYTE };
  const { documents } = recommendedPolicy(policy, [profile], [{ workload, proxies: 2, used: requests, requests }]);
  return (documents[0] as EnvoyProfile).spec.sidecar.resources;
}

test('a limit below what is recommended is raised to it, and others stay as they are', () => {
  expect(recommended({ cpu: '2', memory: '256Mi' })).toMatchObject({
    requests: { cpu: '120m', memory: '288Mi' },
    limits: { cpu: '2', memory: '288Mi' },
  });
  expect(recommended({ memory: '1Gi' })).toMatchObject({ limits: { memory: '1Gi' } });
  expect(recommended(undefined)).not.toHaveProperty('limits');
});
