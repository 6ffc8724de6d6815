import { describe, expect, test } from '@jest/globals';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import { EVERY_OVERRIDE, policyWith } from '../core-fixtures/policies.ts';
import { applyInTree, asking, clusterWithoutPillion, injected, podsOf, told, typeWarnings } from './without-pillion.ts';

const cluster = clusterWithoutPillion();

const tried = async (pod: object) => told(await cluster.api.call('POST', `${podsOf('enabled')}?dryRun=All`, pod));

const LABELLED = { name: 'labelled', labels: { mesh: 'on' } };
const OTHER_IMAGE = { name: 'pinned', containers: { 'istio-proxy': { image: 'registry.example/pinned/proxyv2:1' } } };

const PROFILES: readonly (readonly [string, object])[] = [
  ['as built in', {}],
  ['compatibility Istio', { compatibility: 'Istio' }],
  ['Classic order with CNI', { order: 'Classic', capture: 'Cni' }],
  ['no capture', { capture: 'None' }],
  ['no capture by its ProxyConfig', { proxyConfig: { interceptionMode: 'NONE' } }],
  ['a template that pins the image', { templates: [LABELLED, OTHER_IMAGE], defaultTemplates: ['sidecar', 'pinned'] }],
  ['a template in place of the sidecar', { templates: [LABELLED], defaultTemplates: ['labelled'] }],
];

const CNI = 'Classic order with CNI';
const WISHES: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'sidecar.istio.io/proxyImage': 'registry.example/own/proxyv2:1' },
  { 'sidecar.istio.io/proxyImageType': 'distroless' },
  { 'sidecar.istio.io/interceptionMode': 'NONE' },
  { 'sidecar.istio.io/nativeSidecar': 'false' },
  { 'sidecar.istio.io/nativeSidecar': 'true' },
  { 'proxy.istio.io/config': 'interceptionMode: NONE' },
  { 'proxy.istio.io/config': 'image: { imageType: debug }' },
];

const BY_TEMPLATE = { 'inject.istio.io/templates': 'labelled' };

const withoutProxy = ({ spec, ...pod }: Pod) => ({
  ...pod,
  spec: {
    ...spec,
    initContainers: (spec.initContainers ?? []).filter(({ name }) => name !== 'istio-proxy'),
    containers: spec.containers.filter(({ name }) => name !== 'istio-proxy'),
  },
});

describe.each(PROFILES)('a profile of kind Istio, %s', (title, istio) => {
  const templates = [LABELLED];
  const policy = policyWith({
    istio: { templates, ...istio },
    spec: {
      profiles: [{ name: 'istio' }],
      overrides: { allow: EVERY_OVERRIDE, others: 'Deny' },
    },
  });
  const noSidecar = title === 'a template in place of the sidecar';

  test('the API server takes every pod with the sidecar, and none without it', async () => {
    await applyInTree(cluster.controlPlane, policy);
    expect(Object.values(await typeWarnings(cluster.controlPlane)).flat()).toEqual([]);
    const impossible = (wish: object) => title === CNI && JSON.stringify(wish).includes('NONE');
    for (const annotations of WISHES.filter((wish) => !impossible(wish))) {
      const pod = asking({ annotations });
      const made = injected(pod, policy);
      expect({ annotations, ...(await tried(made)) }).toEqual({ annotations, status: 201, text: '' });
      const refused = {
        annotations,
        status: 403,
        text: expect.stringContaining("'pillion-final-state' denied request"),
      };
      expect({ annotations, ...(await tried(pod)) }).toEqual(refused);
      if (!noSidecar) expect({ annotations, ...(await tried(withoutProxy(made))) }).toEqual(refused);
    }
  });

  test('it takes a pod whose own templates put something else in the place of the sidecar', async () => {
    const made = injected(asking({ annotations: BY_TEMPLATE }), policy);
    expect(made.spec.containers).toHaveLength(1);
    expect(await tried(made)).toEqual({ status: 201, text: '' });
  });
});
