import { beforeAll, describe, expect, test } from '@jest/globals';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { ASKS, simplePod } from './pods.ts';
import {
  applyInTree,
  asking,
  beside,
  clusterWithoutPillion,
  decisionOf,
  injected,
  podsOf,
  told,
  typeWarnings,
} from './without-pillion.ts';

const cluster = clusterWithoutPillion();

const tried = (namespace: string, pod: object) => cluster.api.call('POST', `${podsOf(namespace)}?dryRun=All`, pod);

describe('overrides', () => {
  const bounded = {
    allow: [{ key: 'sidecar.istio.io/proxyCPU', min: '10m', max: '2' }, { key: 'sidecar.istio.io/proxyCPULimit' }],
  };
  const policyOf = (others: 'Deny' | 'Warn' | 'Audit') =>
    policyWith({ spec: { finalState: 'Off', overrides: { ...bounded, others } } });
  const wants = (key: string, value: string) => asking({ annotations: { [key]: value } });
  const cpu = (value: string) => wants('sidecar.istio.io/proxyCPU', value);
  const AMOUNTS = [
    '10m',
    '9m',
    '0.009',
    '0.01',
    '1',
    '2',
    '2.0',
    '2000m',
    '2001m',
    '2.1',
    '1e0',
    '3e0',
    '2E',
    '.5',
    '5.',
    '+1',
    '+3',
    '0.1n',
    '1k',
    '10Gi',
    '0',
    '1e-3',
    '999999999999',
    '12345678901234567890',
  ];
  const UNREADABLE = ['-1', '', 'all', '1K', ' 1', '1 ', '0x1', '1,5', '١'];

  beforeAll(async () => {
    await applyInTree(cluster.controlPlane, policyOf('Deny'));
    expect(await typeWarnings(cluster.controlPlane)).toMatchObject({ 'pillion-overrides': [] });
  });

  test.each(AMOUNTS)('the amount %j is in bounds for the API server as it is for decide', async (amount) => {
    const { problems } = decisionOf(cpu(amount), 'enabled', policyOf('Deny'));
    const beyond = problems.some(({ message }) => message.startsWith('sidecar.istio.io/proxyCPU is'));
    const { status, text } = told(await tried('enabled', cpu(amount)));
    expect({ amount, status }).toEqual({ amount, status: beyond ? 403 : 201 });
    if (beyond)
      expect(text).toContain("'pillion-overrides' denied request: the annotation sidecar.istio.io/proxyCPU asks for");
  });

  test.each(UNREADABLE)('the value %j, which decide refuses, fails no expression', async (value) => {
    expect(decisionOf(cpu(value), 'enabled', policyOf('Deny')).reason).toBe('invalid-annotation');
    const { text } = told(await tried('enabled', cpu(value)));
    expect(text).not.toContain('expression');
    // a negative amount is a quantity, and below every bound
    expect(text === '').toBe(value !== '-1');
  });

  test.each([
    ['sidecar.istio.io/logLevel', 'debug', 'enabled', 403],
    ['sidecar.istio.io/logLevel', 'debug', 'unlabelled', 201],
    ['traffic.sidecar.istio.io/excludeInboundPorts', '80', 'our-revision', 403],
    ['sidecar.istio.io/proxyCPULimit', '100', 'enabled', 201],
    ['sidecar.istio.io/proxyImage', 'mine', 'enabled', 201],
  ])('%s: %s in the namespace %s', async (key, value, namespace, status) => {
    const answer = await tried(namespace, wants(key, value));
    expect(answer.status).toBe(status);
    if (status === 403) expect(told(answer).text).toContain(`the annotation ${key} is not among the settings`);
  });

  test('a pod that does not ask, or belongs to another mesh, may carry any', async () => {
    const silent = simplePod('tried', { annotations: { 'sidecar.istio.io/logLevel': 'debug' } });
    const meshed = asking({
      annotations: { 'sidecar.istio.io/logLevel': 'debug' },
      spec: beside({ name: 'kuma-sidecar', image: 'registry.example/kuma:2' }),
    });
    for (const pod of [silent, meshed]) expect(told(await tried('enabled', pod))).toEqual({ status: 201, text: '' });
  });

  test('Warn tells and lets pass, Audit lets pass', async () => {
    await applyInTree(cluster.controlPlane, policyOf('Warn'));
    expect(told(await tried('enabled', cpu('3'))).text).toContain(
      "'pillion-overrides': the annotation sidecar.istio.io/proxyCPU",
    );
    await applyInTree(cluster.controlPlane, policyOf('Audit'));
    expect(told(await tried('enabled', cpu('3')))).toEqual({ status: 201, text: '' });
  });
});

describe('rendered annotations', () => {
  const policy = policyWith();
  const PATH = `${podsOf('enabled')}/injected`;
  const annotated = (annotations: Record<string, string | null>) => ({ metadata: { annotations } });

  beforeAll(async () => {
    await applyInTree(cluster.controlPlane, policy);
    for (const [namespace, name] of [
      ['enabled', 'injected'],
      ['kube-public', 'unprotected'],
    ] as const) {
      const pod = injected(simplePod(name, { annotations: ASKS }), policy);
      expect(told(await cluster.api.call('POST', podsOf(namespace), pod))).toEqual({ status: 201, text: '' });
    }
    expect((await cluster.api.call('POST', podsOf('enabled'), simplePod('plain'))).status).toBe(201);
  });

  test.each([
    ['changed', 'injected', '', annotated({ [ANNOTATIONS.envoyConfig]: 'admin: {}' })],
    ['removed', 'injected', '', annotated({ [ANNOTATIONS.envoyConfig]: null })],
    ['the status changed', 'injected', '', annotated({ [ANNOTATIONS.status]: '{}' })],
    ['all removed', 'injected', '', { metadata: { annotations: null } }],
    ['changed through the status', 'injected', '/status', annotated({ [ANNOTATIONS.envoyConfig]: 'admin: {}' })],
    ['removed through the status', 'injected', '/status', annotated({ [ANNOTATIONS.status]: null })],
    ['added', 'plain', '', annotated({ [ANNOTATIONS.envoyConfig]: 'admin: {}' })],
    ['added through the status', 'plain', '/status', annotated({ [ANNOTATIONS.status]: '{}' })],
  ])('are kept from being %s: pod %s%s', async (_, name, subresource, patch) => {
    const answer = told(await cluster.api.call('PATCH', `${podsOf('enabled')}/${name}${subresource}`, patch));
    expect(answer).toEqual({
      status: 403,
      text: expect.stringContaining("'pillion-rendered-annotations' denied request"),
    });
  });

  test('an update of the status would change annotations, and does where nothing is protected from it', async () => {
    const path = `${podsOf('kube-public')}/unprotected/status`;
    const { status, body } = await cluster.api.call(
      'PATCH',
      path,
      annotated({ [ANNOTATIONS.envoyConfig]: 'admin: {}' }),
    );
    expect(status).toBe(200);
    expect(annotationsOf(body as Pod)[ANNOTATIONS.envoyConfig]).toBe('admin: {}');
  });

  const binding = (annotations: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'injected', annotations },
    target: { kind: 'Node', name: 'node-1' },
  });

  test.each([`${PATH}/binding`, '/api/v1/namespaces/enabled/bindings'])('a Binding brings none to %s', async (path) => {
    const answer = told(await cluster.api.call('POST', path, binding({ [ANNOTATIONS.envoyConfig]: 'admin: {}' })));
    expect(answer).toEqual({
      status: 403,
      text: expect.stringContaining("'pillion-rendered-annotations' denied request"),
    });
  });

  test('everything else about the pod can be changed: it is labelled, annotated, debugged, scheduled and deleted', async () => {
    const changes: readonly (readonly ['PATCH' | 'POST' | 'DELETE', string, object?])[] = [
      [
        'PATCH',
        PATH,
        { metadata: { labels: { team: 'shop' }, annotations: { team: 'shop' }, finalizers: ['example.com/wait'] } },
      ],
      ['PATCH', `${PATH}/status`, { status: { phase: 'Running' } }],
      [
        'PATCH',
        `${PATH}/ephemeralcontainers`,
        { spec: { ephemeralContainers: [{ name: 'debug', image: 'registry.example/debug:1' }] } },
      ],
      ['POST', `${PATH}/binding`, binding({ team: 'scheduler' })],
      ['DELETE', `${PATH}?gracePeriodSeconds=0`],
      ['PATCH', PATH, { metadata: { finalizers: null } }],
    ];
    for (const [method, path, body] of changes) {
      const { status, text } = told(await cluster.api.call(method, path, body));
      expect({ method, path, ok: status < 300, text }).toEqual({ method, path, ok: true, text: '' });
    }
    expect((await cluster.api.call('GET', PATH)).status).toBe(404);
  });
});
