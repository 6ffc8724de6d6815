import { expect, test } from '@jest/globals';
import { loadPolicy } from '../../../src/core/policy/load.ts';
import { admitted } from '../../core-fixtures/admissions.ts';
import { askingPod } from '../../core-fixtures/pods.ts';
import { CIRCUMSTANCES, EVERY_OVERRIDE, policyWith } from '../../core-fixtures/policies.ts';

const problemsOf = (spec: object) => {
  const profile = {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'SidecarProfile',
    metadata: { name: 'mesh' },
    spec: { kind: 'Istio', ...spec },
  };
  const loaded = loadPolicy([{ file: 'profile.yaml', text: JSON.stringify(profile) }], CIRCUMSTANCES);
  const problems = 'problems' in loaded ? loaded.problems : [];
  // no policy is given
  return problems.filter(({ path }) => path !== '').map(({ path, message }) => `${path}: ${message}`);
};

const template = (fields: object) => ({ templates: [{ name: 'extras', ...fields }] });

const REFUSED: readonly (readonly [object, string])[] = [
  [
    // a rule for the port * is none
    { traffic: { includeOutboundPorts: '*' } },
    '/spec/traffic/includeOutboundPorts: is "*"; accepted: ports with commas between them, such as 8080,9000',
  ],
  [
    { capture: 'Cni', proxyConfig: { interceptionMode: 'NONE' } },
    '/spec/capture: is "Cni", and Istio’s CNI plugin refuses every pod with interceptionMode NONE',
  ],
  [{ logging: { proxy: 'wraning' } }, '/spec/logging/proxy: is "wraning"; accepted: a level (trace, debug,'],
  [{ logging: { components: 'error' } }, '/spec/logging/components: is "error"; accepted: components with levels'],
  [{ logging: { agent: 'warning' } }, '/spec/logging/agent: is "warning"; accepted: a level (debug, info, warn,'],
  [{ annotations: { 'no key': 'x' } }, '/spec/annotations/no key: is no key'],
  [template({ annotations: { '/x': 'x' } }), '/spec/templates/0/annotations/~1x: is no key'],
  [template({ labels: { 'a/b/c': 'x' } }), '/spec/templates/0/labels/a~1b~1c: is no key'],
  [template({ labels: { a: '-' } }), '/spec/templates/0/labels/a: is "-", and becomes a label'],
  [{ mesh: { network: 'a/b' } }, '/spec/mesh/network: is "a/b", and becomes a label'],
  [
    template({ volumes: [{ name: 'own', hostPath: { path: '../x' } }] }),
    '/spec/templates/0/volumes/0: the volume "own" has no valid hostPath.path',
  ],
  [
    template({ volumes: [{ name: 'own', emptyDir: {}, secret: { secretName: 'a' } }] }),
    '/spec/templates/0/volumes/0: the volume "own" has the sources emptyDir, secret; keep one',
  ],
  [
    template({ volumes: [{ name: 'own', tmpfs: {} }] }),
    '/spec/templates/0/volumes/0: the volume "own" has the source "tmpfs"; accepted: emptyDir,',
  ],
  [{ rights: { seccompProfile: { type: 'Localhost' } } }, '/spec/rights/seccompProfile/localhostProfile: is missing'],
  [
    { rights: { seccompProfile: { type: 'Localhost', localhostProfile: '/etc/a' } } },
    '/spec/rights/seccompProfile/localhostProfile: is "/etc/a"; accepted: a relative path',
  ],
  [
    { rights: { seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'a' } } },
    '/spec/rights/seccompProfile/localhostProfile: has no meaning with the type RuntimeDefault',
  ],
  [{ resources: { limits: { gpu: '1' } } }, '/spec/resources/limits/gpu: is no resource'],
  [
    { resources: { requests: { 'example.com/gpu': '1' } } },
    '/spec/resources: have the request 1 of example.com/gpu and the limit none; Kubernetes takes equal ones only',
  ],
  [
    { initResources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
    '/spec/initResources: have the request 2 of cpu, above the limit 1',
  ],
];

test.each(REFUSED)('a profile that says %j is refused, since no pod can have it', (spec, problem) => {
  expect(problemsOf(spec)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  { traffic: { includeOutboundPorts: '*' } },
  { capture: 'Cni', proxyConfig: { interceptionMode: 'NONE' } },
  { logging: { proxy: 'wraning', components: 'error', agent: 'warning' } },
])('compatibility Istio takes %j, as Istio does', (spec) => {
  expect(problemsOf({ ...spec, compatibility: 'Istio' })).toEqual([]);
});

const ALLOWED = {
  allow: EVERY_OVERRIDE.filter(({ key }) => /^sidecar\.istio\.io\/(?:userVolume|nativeSidecar)/.test(key)),
};
const policy = policyWith({
  istio: {},
  spec: { profiles: [{ name: 'istio' }], overrides: { ...ALLOWED, others: 'Deny' } },
});
const volume = (own: object) => ({ 'sidecar.istio.io/userVolume': JSON.stringify({ own }) });

test.each([
  [volume({ configMap: { name: 'a', items: [{ key: 'k', path: '/abs' }] } }), 'no valid configMap.items.0.path'],
  [volume({ secret: { name: 'a' } }), 'no valid secret'],
  [volume({ emptyDir: { sizeLimit: 'much' } }), 'the sizeLimit "much", which is not a quantity'],
  [{ 'sidecar.istio.io/userVolumeMount': '{"there":{"mountPath":"/x","subPath":"../y"}}' }, 'the subPath "../y"'],
  [{ 'sidecar.istio.io/userVolumeMount': '{"there":{"mountPath":""}}' }, 'no mountPath'],
])('a pod that says %j is refused for it', (annotations, problem) => {
  const pod = askingPod(annotations, {
    containers: [{ name: 'web', image: 'web' }],
    volumes: [{ name: 'there', emptyDir: {} }],
  });
  const { reason, record } = admitted(pod, { policy });
  expect([reason, record?.problems.map(({ message }) => message)]).toEqual([
    'rendered-pod-invalid',
    [expect.stringContaining(problem)],
  ]);
});

test.each([
  ['true', '/spec/initContainers'],
  ['false', '/spec/containers'],
])('a mount that cannot be is told where the proxy stands: native %s', (native, path) => {
  const mount = { 'sidecar.istio.io/userVolumeMount': '{"missing":{"mountPath":"/x"}}' };
  const { record } = admitted(askingPod({ ...mount, 'sidecar.istio.io/nativeSidecar': native }), { policy });
  expect(record?.problems).toEqual([{ path, message: expect.stringContaining('the volume "missing"') }]);
});

const OWN = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '150m', memory: '1Gi' } };
const app = { name: 'web', image: 'web', resources: { requests: { cpu: '100m' } } };

test.each([
  ['requests that its containers alone use up', OWN, ['/spec/resources/requests/cpu', '/spec/resources/limits/cpu']],
  ['no requests of its own', { limits: { cpu: '2', memory: '1Gi' } }, []],
  ['room for the sidecar', { limits: { cpu: '4' }, requests: { cpu: '200m' } }, []],
])('a pod with resources of its own, %s', (_, resources, paths) => {
  const pod = askingPod({}, { containers: [app], resources });
  const { record } = admitted(pod, { policy });
  expect(record?.problems.map(({ path }) => path)).toEqual(paths);
});
