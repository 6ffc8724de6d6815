import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/core/decision/decide.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { edited } from '../../src/core/sidecar/edit.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { ASKS, simplePod } from './pods.ts';
import type { PolicyChange } from './policy-file.ts';

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;

const PROFILES: readonly { readonly title: string; readonly profile: NonNullable<PolicyChange['profile']> }[] = [
  { title: 'Native, Redirect', profile: {} },
  { title: 'Classic, Redirect', profile: { order: 'Classic' } },
  { title: 'Native, no capture', profile: { capture: 'None' } },
  { title: 'Classic, no capture', profile: { order: 'Classic', capture: 'None' } },
  { title: 'no features, IPv4', profile: { features: [], ipFamilies: 'IPv4' } },
];

// meets the level restricted, so that only what is added can be forbidden
const RESTRICTED_SPEC = {
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'app',
      image: 'registry.example/app:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
  initContainers: [
    {
      name: 'prepare',
      image: 'registry.example/app:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};

let controlPlane: ControlPlane;
let api: ApiClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = apiClient(controlPlane);
  for (const level of LEVELS)
    await controlPlane.createNamespace(level, { 'pod-security.kubernetes.io/enforce': level });
}, 120_000);

afterAll(async () => {
  api?.close();
  await controlPlane?.stop();
});

describe.each(PROFILES)('profile: $title', ({ profile }) => {
  test.each(LEVELS)('the API server answers for the rendered pod as decide does, at level %s', async (level) => {
    const policy = policyWith({ profile });
    const pod = simplePod('rendered', {
      annotations: { ...ASKS, 'traffic.sidecar.istio.io/excludeOutboundPorts': '5432,9000-9100' },
      spec: RESTRICTED_SPEC,
    }) as unknown as Pod;
    const labels = { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': level };
    const subject = subjectOf(pod, { name: level, labels }, policy, '0'.repeat(16));
    const decision = decide(subject);
    const edit = subject.edit();
    if (edit === undefined) throw new Error('nothing was rendered');
    const answer = await api.call('POST', `/api/v1/namespaces/${level}/pods?dryRun=All`, edited(pod, edit));
    if (decision.verdict === 'inject') expect(answer.status).toBe(201);
    else {
      expect(decision.reason).toBe('pod-security-forbids');
      expect(answer).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
      expect(answer.body.message).toContain(`violates PodSecurity "${level}`);
      expect(answer.body.message).toContain('NET_ADMIN');
      expect(answer.body.message).not.toContain('istio-proxy');
    }
  });
});
