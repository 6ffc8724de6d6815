import { expect, test } from '@jest/globals';
import { LiveCount } from '../../../src/core/adoption/live-count.ts';
import { subjectOf } from '../../../src/core/decision/subject.ts';
import type { Namespace } from '../../../src/core/kubernetes/namespace.ts';
import type { Pod } from '../../../src/core/kubernetes/pod.ts';
import { judgedPod } from '../../../src/core/scan/judged-pod.ts';
import { edited } from '../../../src/core/sidecar/edit.ts';
import { NO_TRAFFIC_SERVICES } from '../../../src/core/traffic/traffic-services.ts';
import { policyWith, SIDECAR } from '../../core-fixtures/policies.ts';

const POLICY = policyWith();
const OPEN: Namespace = { name: 'shop', labels: { 'istio-injection': 'enabled' } };
const CLOSED: Namespace = { name: 'shop', labels: {} };
const ASKS = { 'sidecar.istio.io/inject': 'true' };

const pod = (annotations: Record<string, string> = {}, spec: object = {}): Pod =>
  ({
    metadata: { name: 'web-1', annotations, creationTimestamp: '2026-11-03T10:00:00Z' },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  }) as unknown as Pod;

function injected(annotations: Record<string, string> = {}): Pod {
  const bare = pod({ ...ASKS, ...annotations });
  const edit = subjectOf(bare, OPEN, POLICY, '0123456789abcdef').edit();
  return edited(bare, edit as NonNullable<typeof edit>);
}

function counted(one: Pod, namespace = OPEN, policy = POLICY) {
  const surroundings = { policy, services: NO_TRAFFIC_SERVICES };
  const count = new LiveCount(surroundings);
  count.add(judgedPod(one, namespace, surroundings), one, namespace);
  const [cell] = count.cells();
  return Object.entries(cell?.pods ?? {}).flatMap(([figure, number]) => (number === 0 ? [] : [figure]));
}

const EXCLUDING = policyWith({
  spec: {
    exclusions: [
      {
        reason: 'an old client',
        expires: '2099-01-01',
        namespaceSelector: { matchExpressions: [{ key: 'never', operator: 'DoesNotExist' }] },
      },
    ],
  },
});
const OTHER_IMAGE = policyWith({ profile: { sidecar: { ...SIDECAR, image: 'envoy:2' } } });
const RIVAL = { containers: [{ name: 'linkerd-proxy', image: 'linkerd:1' }] };

test.each<[string, string[], string[]]>([
  ['asks and was not created anew', counted(pod(ASKS)), ['eligible', 'optedIn']],
  ['runs with its sidecar', counted(injected()), ['eligible', 'optedIn', 'injected']],
  [
    'has the sidecar of yesterday',
    counted(injected(), OPEN, OTHER_IMAGE),
    ['eligible', 'optedIn', 'injected', 'stale'],
  ],
  ['has a sidecar in a closed namespace', counted(injected(), CLOSED), ['eligible', 'injected', 'stale']],
  ['is silent', counted(pod()), ['eligible']],
  ['is on the host network', counted(pod(ASKS, { hostNetwork: true })), []],
  ['is excluded', counted(pod(ASKS), OPEN, EXCLUDING), ['excluded']],
  ['is excluded in a closed namespace', counted(pod(ASKS), CLOSED, EXCLUDING), ['excluded']],
  [
    'has a sidecar and would be refused',
    counted({
      ...injected(),
      metadata: {
        ...injected().metadata,
        annotations: { ...injected().metadata.annotations, 'sidecar.istio.io/proxyCPU': 'much' },
      },
    } as Pod),
    ['eligible', 'injected', 'stale', 'incompatible'],
  ],
  ['carries the sidecar of another mesh', counted(pod({}, RIVAL)), ['eligible', 'incompatible']],
  ['tells of a sidecar that is not there', counted(pod({ 'pillion.io/status': '{}' })), ['eligible']],
])('a pod that %s counts as such', (_, figures, expected) => {
  expect(figures).toEqual(expected);
});
