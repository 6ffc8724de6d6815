import { expect, test } from '@jest/globals';
import { outsideOf } from '../../../src/core/doctor/limit-range.ts';
import { roomIn, withoutAmount } from '../../../src/core/doctor/quota-room.ts';
import type { SidecarContainer } from '../../../src/core/doctor/sidecar-containers.ts';

const MIB = 2 ** 20;
const SIDECAR: readonly SidecarContainer[] = [
  { name: 'istio-init', stays: false, requests: { cpu: 0.01 }, limits: { cpu: 1 } },
  {
    name: 'istio-proxy',
    stays: true,
    requests: { cpu: 0.1, memory: 64 * MIB },
    limits: { cpu: 2, memory: 256 * MIB },
  },
];
const metadata = { name: 'small', namespace: 'shop' };

test.each([
  ['room for two of four', { 'limits.memory': '1Gi' }, { 'limits.memory': '512Mi' }, [['limits.memory', 4, 2]]],
  ['a quota that names requests without their prefix', { memory: '64Mi' }, {}, [['memory', 1, 1]]],
  [
    'more is used than allowed, as after a quota was made smaller',
    { 'requests.cpu': '1' },
    { 'requests.cpu': '2' },
    [['requests.cpu', 10, 0]],
  ],
  ['a quota of something else', { pods: '3', 'requests.storage': '1Gi' }, {}, []],
])('%s', (_name, hard, used, rooms) => {
  const found = roomIn({ metadata, spec: { hard: hard as Record<string, string> }, status: { used } }, SIDECAR);
  expect(found.map(({ resource, most, left }) => [resource, most, left])).toEqual(rooms);
});

test('a quota of certain pods only says nothing about all', () => {
  const spec = { hard: { 'limits.memory': '1Mi' }, scopes: ['BestEffort'] };
  expect(roomIn({ metadata, spec }, SIDECAR)).toEqual([]);
});

test('a quota wants an amount of every container, also of one that runs before the application', () => {
  const lacking = withoutAmount({ metadata, spec: { hard: { 'limits.memory': '1Gi', 'requests.cpu': '1' } } }, SIDECAR);
  expect(lacking).toEqual([{ container: 'istio-init', resource: 'limits.memory' }]);
});

test.each([
  ['above the most', { type: 'Container', max: { memory: '128Mi' } }, ['istio-proxy: limits.memory above 128Mi']],
  ['exactly the most', { type: 'Container', max: { memory: '256Mi' } }, []],
  ['below the least', { type: 'Container', min: { cpu: '50m' } }, ['istio-init: requests.cpu below 50m']],
  [
    'too far apart',
    { type: 'Container', maxLimitRequestRatio: { cpu: '20' } },
    ['istio-init: limits.cpu above 20 times requests.cpu'],
  ],
  [
    'more than a whole pod may',
    { type: 'Pod', max: { memory: '100Mi' } },
    ['the sidecar alone: limits.memory above 100Mi of a pod'],
  ],
  ['claims of volumes', { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }, []],
])('a LimitRange: %s', (_name, limit, outside) => {
  expect(outsideOf({ metadata, spec: { limits: [limit] } }, SIDECAR)).toEqual(outside);
});

test('a LimitRange may have no limits', () => {
  expect(outsideOf({ metadata, spec: { limits: null } }, SIDECAR)).toEqual([]);
});

test.each([
  ['limits, of which a default of requests gives none', { defaultRequest: { memory: '1Mi' } }, ['istio-init']],
  ['limits that a default gives', { default: { memory: '1Mi' } }, []],
])('a quota wants %s', (_, given, lacking) => {
  const limits = [{ type: 'Container', ...given }];
  const found = withoutAmount({ metadata, spec: { hard: { 'limits.memory': '1Gi' } } }, SIDECAR, limits);
  expect(found.map(({ container }) => container)).toEqual(lacking);
});

test('a quota counts what a LimitRange gives', () => {
  const limits = [{ type: 'Container', default: { 'ephemeral-storage': '1Mi' } }];
  const [room] = roomIn({ metadata, spec: { hard: { 'ephemeral-storage': '3Mi' } } }, SIDECAR, limits);
  expect(room?.most).toBe(3);
});
