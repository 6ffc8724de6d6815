import { beforeAll, describe, expect, test } from '@jest/globals';
import { CLOSED_NAMESPACE } from '../../src/core/decision/opt-in/rules.ts';
import type { SkipReason } from '../../src/core/decision/reasons.ts';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR } from '../../src/core/sidecar/names.ts';
import { rendered } from '../core-fixtures/matching-hooks.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { simplePod } from './pods.ts';
import {
  applyInTree,
  asking,
  beside,
  clusterWithoutPillion,
  decisionOf,
  injected,
  NAMESPACES,
  podsOf,
  told,
  typeWarnings,
} from './without-pillion.ts';

const KEY = 'sidecar.istio.io/inject';

const cluster = clusterWithoutPillion();

const tried = (namespace: string, pod: object) => cluster.api.call('POST', `${podsOf(namespace)}?dryRun=All`, pod);

const PODS: Readonly<Record<string, object>> = {
  silent: simplePod('tried'),
  'asks by annotation': asking(),
  'asks by label': simplePod('tried', { labels: { [KEY]: 'true' } }),
  'says no': simplePod('tried', { annotations: { [KEY]: 'false' } }),
  'its label says no': asking({ labels: { [KEY]: 'false' } }),
  'nearly asks': simplePod('tried', { annotations: { [KEY]: 'True' } }),
  'asks on the host network': asking({ spec: { hostNetwork: true } }),
  'asks on Windows': asking({ spec: { os: { name: 'windows' } } }),
  'asks beside Linkerd': asking({ spec: beside({ name: 'linkerd-proxy', image: 'registry.example/linkerd:2' }) }),
  'asks beside Istio': asking({
    annotations: { 'sidecar.istio.io/status': '{}' },
    spec: beside({ name: SIDECAR, image: 'registry.example/proxyv2:1' }),
  }),
  'asks with a proxy of its own': asking({ spec: beside({ name: SIDECAR, image: 'registry.example/proxyv2:1' }) }),
  'asks with a setting that cannot be read': asking({ annotations: { 'sidecar.istio.io/proxyCPU': 'all' } }),
  'names our revision': simplePod('tried', { labels: { 'istio.io/rev': 'default', [KEY]: 'true' } }),
  'names another revision': simplePod('tried', { labels: { 'istio.io/rev': 'canary', [KEY]: 'true' } }),
};

describe.each([{ rule: 'NamespaceAndPod' as const }, { rule: 'Istio' as const }])('the rule $rule', ({ rule }) => {
  const policy = policyWith({ optIn: { rule } });

  test('the API server refuses exactly the pods that decide injects or denies, and warns about those that ask in vain', async () => {
    await applyInTree(cluster.controlPlane, policy);
    expect(await typeWarnings(cluster.controlPlane)).toEqual({
      'pillion-final-state': [],
      'pillion-inert-opt-in': [],
      'pillion-rendered-annotations': [],
    });
    for (const namespace of Object.keys(NAMESPACES))
      for (const [title, pod] of Object.entries(PODS)) {
        const { verdict, reason, also } = decisionOf(pod, namespace, policy);
        const reasons = [reason, ...also].filter((one) => one !== 'opted-in') as SkipReason[];
        const inVain = also.includes('opted-in') && reasons.every((one) => CLOSED_NAMESPACE.has(one));
        const { status, text } = told(await tried(namespace, pod));
        const by = [...text.matchAll(/ValidatingAdmissionPolicy '([a-z-]+)'/g)].map(([, name]) => name);
        const refused = verdict === 'inject' || verdict === 'deny';
        expect({ namespace, title, status, by }).toEqual({
          ...{ namespace, title },
          status: refused ? 403 : 201,
          by: refused ? ['pillion-final-state'] : verdict === 'skip' && inVain ? ['pillion-inert-opt-in'] : [],
        });
      }
    expect(told(await tried('kube-public', PODS['asks by label'] as object))).toEqual({ status: 201, text: '' });
  });
});

describe('the final state', () => {
  const policy = policyWith({
    spec: { profiles: [{ name: 'plain', podSelector: { matchLabels: { app: 'plain' } } }, { name: 'envoy' }] },
    otherProfiles: { plain: { order: 'Classic', capture: 'None' } },
  });
  const plain = { labels: { app: 'plain' } };

  type Container = Record<string, unknown> & { readonly name: string };
  const withContainers = (pod: Pod, change: (container: Container) => Container | undefined): Pod => {
    const changed = (list: unknown) => ((list ?? []) as Container[]).flatMap((container) => change(container) ?? []);
    const { initContainers, containers } = pod.spec;
    const spec = { ...pod.spec, initContainers: changed(initContainers), containers: changed(containers) };
    return { ...pod, spec } as unknown as Pod;
  };
  const withChanged = (pod: Pod, name: string, change: object) =>
    withContainers(pod, (container) => (container.name === name ? { ...container, ...change } : container));
  const without = (pod: Pod, annotation: string): Pod => {
    const kept = Object.entries(annotationsOf(pod)).filter(([key]) => key !== annotation);
    return { ...pod, metadata: { ...pod.metadata, annotations: Object.fromEntries(kept) } };
  };
  const ordinary = {
    restartPolicy: undefined,
    startupProbe: undefined,
    readinessProbe: undefined,
    lifecycle: undefined,
  };

  const rows: readonly (readonly [string, () => object, number])[] = [
    ['the sidecar of its profile', () => injected(asking(), policy), 201],
    ['the sidecar of the other profile', () => injected(asking(plain), policy), 201],
    ['no sidecar', () => asking(), 403],
    [
      'a sidecar with another image',
      () => withChanged(injected(asking(), policy), SIDECAR, { image: 'registry.example/mine:1' }),
      403,
    ],
    [
      'a redirect with another image',
      () => withChanged(injected(asking(), policy), REDIRECT, { image: 'registry.example/mine:1' }),
      403,
    ],
    [
      'a sidecar that ends before the application starts',
      () => withChanged(injected(asking(), policy), SIDECAR, ordinary),
      403,
    ],
    [
      'no redirect',
      () => withContainers(injected(asking(), policy), (one) => (one.name === REDIRECT ? undefined : one)),
      403,
    ],
    ['no status', () => without(injected(asking(), policy), ANNOTATIONS.status), 403],
    ['no configuration', () => without(injected(asking(plain), policy), ANNOTATIONS.envoyConfig), 403],
    [
      'another image under our name and our annotations',
      () => withChanged(injected(asking(plain), policy), SIDECAR, { image: 'registry.example/mine:1' }),
      403,
    ],
  ];

  beforeAll(async () => {
    await applyInTree(cluster.controlPlane, policy);
    expect(Object.values(await typeWarnings(cluster.controlPlane)).flat()).toEqual([]);
  });

  test.each(rows)('%s', async (_, pod, status) => {
    const answer = told(await tried('enabled', pod()));
    const text =
      status === 201
        ? ''
        : expect.stringContaining("'pillion-final-state' denied request: this pod is to have a sidecar");
    expect(answer).toEqual({ status, text });
  });

  test('the message names both causes and what to do', async () => {
    const { text } = told(await tried('enabled', asking()));
    for (const part of ['zz-pillion-inject exists', 'sorts before zz-pillion-inject', `set ${KEY} to "false"`])
      expect(text).toContain(part);
  });

  test.each(['Warn', 'Off'] as const)('%s lets the pod start', async (finalState) => {
    await applyInTree(cluster.controlPlane, policyWith({ spec: { finalState } }));
    expect(told(await tried('enabled', asking()))).toEqual({
      status: 201,
      text: finalState === 'Off' ? '' : expect.stringContaining("'pillion-final-state': this pod is to have"),
    });
  });
});

test('twenty selectors stay within what an expression may cost, also for a pod with a thousand labels', async () => {
  const selectors = Array.from({ length: 10 }, (_, index) => ({
    matchLabels: { [`example.com/team-${index}`]: 'shop', app: `web-${index}` },
    matchExpressions: [{ key: 'tier', operator: 'NotIn' as const, values: ['front', 'back', 'data'] }],
  }));
  const policy = policyWith({ optIn: { rule: 'Istio' }, spec: { neverInject: selectors, alwaysInject: selectors } });
  const items = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: rendered(policy) });
  const applied = await cluster.controlPlane.kubectl(['apply', '--dry-run=server', '--server-side', '-f', '-'], items);
  expect(applied).toMatchObject({ code: 0, stderr: '' });
  await applyInTree(cluster.controlPlane, policy);
  expect(Object.values(await typeWarnings(cluster.controlPlane)).flat()).toEqual([]);
  const labels = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`example.com/label-${index}`, 'x']));
  // asks by its label in an unlabelled namespace, which only this rule opens
  const pod = simplePod('tried', { labels: { ...labels, [KEY]: 'true' } });
  expect(told(await tried('unlabelled', pod)).text).toContain('denied request: this pod is to have a sidecar');
  expect(told(await tried('unlabelled', simplePod('tried', { labels })))).toEqual({ status: 201, text: '' });
});
