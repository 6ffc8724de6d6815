import { beforeAll, expect, test } from '@jest/globals';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR } from '../../src/core/sidecar/names.ts';
import { callsOf, counterOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;

let pillion: PillionProcess;

const cluster = testCluster({ [NAMESPACE]: ENABLED });

beforeAll(async () => {
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});

const created = async (pod: object): Promise<Pod> => {
  const { status, body } = await cluster.api.call('POST', PODS, pod);
  if (status !== 201) throw new Error(`the API server refused the pod: ${JSON.stringify(body)}`);
  return body as Pod;
};

test('a pod that asked comes back with its sidecar, for exactly one call', async () => {
  const before = await callsOf(pillion.opsPort, 'inject');
  const pod = await created(simplePod('one-call', { annotations: ASKS }));
  expect(pod.spec.initContainers?.map(({ name }) => name)).toEqual([REDIRECT, SIDECAR]);
  expect(annotationsOf(pod)).toHaveProperty([ANNOTATIONS.status]);
  expect((await callsOf(pillion.opsPort, 'inject')) - before).toBe(1);
  const tokens = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].filter(({ volumeMounts }) =>
    volumeMounts?.some(({ name }) => name.startsWith('kube-api-access-')),
  );
  // the token goes to the application alone
  expect(tokens.map(({ name }) => name)).toEqual(['app']);
});

test('a pod that did not ask, or cannot be injected, never reaches the hook', async () => {
  const before = await callsOf(pillion.opsPort, 'inject');
  const pods = [
    simplePod('silent'),
    simplePod('says-no', { annotations: { 'sidecar.istio.io/inject': 'false' } }),
    simplePod('label-says-no', { labels: { 'sidecar.istio.io/inject': 'false' }, annotations: ASKS }),
    simplePod('nearly', { annotations: { 'sidecar.istio.io/inject': 'True' } }),
    simplePod('on-the-node', { annotations: ASKS, spec: { hostNetwork: true } }),
    simplePod('windows', { annotations: ASKS, spec: { os: { name: 'windows' } } }),
  ];
  for (const pod of pods) expect(annotationsOf(await created(pod))).not.toHaveProperty([ANNOTATIONS.status]);
  expect((await callsOf(pillion.opsPort, 'inject')) - before).toBe(0);
});

test('whoever creates a pod hears at once what was probably meant otherwise', async () => {
  const outcome = await cluster.controlPlane.kubectl(
    ['-n', NAMESPACE, 'create', '-f', '-'],
    JSON.stringify(simplePod('misspelt', { annotations: { 'sidecar.istio.io/inject': 'ture' } })),
  );
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.stderr).toContain('sidecar.istio.io/inject of the pod is "ture"; did you mean "true"?');
});

test('an injected pod that is restored from a backup is recognised by its content and left as it is', async () => {
  const original = await created(simplePod('restored', { annotations: ASKS }));
  await cluster.api.call('DELETE', `${PODS}/restored?gracePeriodSeconds=0`);
  const { name, annotations, labels } = original.metadata;
  const restored = await created({ ...original, metadata: { name, annotations, labels }, status: undefined });
  expect(restored.spec).toEqual(original.spec);
  expect(restored.metadata.annotations).toEqual(annotations);
  const decisions = await counterOf(pillion.opsPort, 'pillion_admission_decisions_total');
  expect(decisions.get('{hook="inject",verdict="skip",reason="already-injected"}')).toBe(1);
});

test('a label that was set a moment ago counts as soon as the API server calls the hook for it', async () => {
  let injected = 0;
  for (let round = 0; round < 20; round++) {
    const name = `fresh-${round}`;
    await cluster.controlPlane.createNamespace(name);
    await cluster.api.call('PATCH', `/api/v1/namespaces/${name}`, {
      metadata: { labels: { 'istio-injection': 'enabled' } },
    });
    const { body } = await cluster.api.call(
      'POST',
      `/api/v1/namespaces/${name}/pods`,
      simplePod('at-once', { annotations: ASKS }),
    );
    if (annotationsOf(body as Pod)[ANNOTATIONS.status] !== undefined) injected++;
  }
  const decisions = await counterOf(pillion.opsPort, 'pillion_admission_decisions_total');
  // the API server itself may not have seen the label yet, and then does not call; when it calls, the label is there
  expect(decisions.get('{hook="inject",verdict="skip",reason="namespace-not-enabled"}')).toBeUndefined();
  expect(injected).toBeGreaterThan(0);
});

test('while the webhook is down, silent pods start, pods that asked wait, and the Deployment says why', async () => {
  await pillion.process.stop();
  expect(await created(simplePod('silent-while-down'))).toHaveProperty('metadata.uid');
  const refused = await cluster.api.call('POST', PODS, simplePod('asked-while-down', { annotations: ASKS }));
  expect(refused.status).toBe(500);
  const labels = { app: 'waiting' };
  await cluster.api.call('POST', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'waiting' },
    spec: {
      selector: { matchLabels: labels },
      template: simplePod('', { labels, annotations: ASKS }),
    },
  });
  const wait = ['wait', 'deployment/waiting', '--for=condition=ReplicaFailure', '--timeout=60s'];
  expect(await cluster.controlPlane.kubectl(['-n', NAMESPACE, ...wait])).toMatchObject({ code: 0 });
  const condition = await cluster.controlPlane.kubectl([
    ...['-n', NAMESPACE, 'get', 'deployment/waiting'],
    ...['-o', 'jsonpath={.status.conditions[?(@.type=="ReplicaFailure")].message}'],
  ]);
  expect(condition.stdout).toContain('inject.pillion.io');
  expect(condition.stdout).toContain('/inject/pod-asked-for-sidecar');
});
