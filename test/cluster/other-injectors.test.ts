import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE, readyz } from './installation.ts';
import { counterOf } from './metrics.ts';
import { webhookInForce } from './registered.ts';
import { registeredObjects } from './registered-objects.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const NAME = 'istio-sidecar-injector';

const cluster = testCluster({ [NAMESPACE]: ENABLED, [OWN_NAMESPACE]: {} });

/** The hook of istiod's chart for namespaces with the label `istio-injection`. */
const istiod = (namespaces: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: NAME, labels: { app: 'sidecar-injector' } },
  webhooks: [
    {
      name: 'namespace.sidecar-injector.istio.io',
      clientConfig: { service: { namespace: 'istio-system', name: 'istiod', path: '/inject', port: 443 } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
      namespaceSelector: { matchExpressions: [namespaces] },
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
});
const SAME = { key: 'istio-injection', operator: 'In', values: ['enabled'] };
const NOBODY = { key: 'istio.io/deactivated', operator: 'In', values: ['never-match'] };

const start = (args: readonly string[] = []) =>
  cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: [...INSTALLED, '--drain-seconds', '0', ...args] });
const overlaps = async (opsPort: number) => {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  return Number(/^pillion_other_injector_overlaps (\d+)$/m.exec(text)?.[1]);
};

test('beside an injector for the same namespaces nothing is registered, until it selects others', async () => {
  await makeOwner(cluster.api);
  await cluster.api.call('POST', CONFIGURATIONS, istiod(SAME));
  const pillion = await start();
  await eventually('it is told', async () => (await overlaps(pillion.opsPort)) === 1);
  expect(await readyz(pillion.opsPort)).toBe(
    `ready\nanother injector selects the pods that Pillion injects: ${NAME} (namespace.sidecar-injector.istio.io); ` +
      'give one of the two another revision or other namespaces, or allow both with --beside-istio-injector\n',
  );
  expect(await readFile(pillion.log, 'utf8')).toContain('nothing is registered until that ends');
  expect(await registeredObjects(cluster.api)).toEqual([]);
  await cluster.api.call('PATCH', `${CONFIGURATIONS}/${NAME}`, istiod(NOBODY));
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  expect([await overlaps(pillion.opsPort), await readyz(pillion.opsPort)]).toEqual([0, 'ready\n']);

  // what is registered stays, also through a restart
  await cluster.api.call('PATCH', `${CONFIGURATIONS}/${NAME}`, istiod(SAME));
  await eventually('it is told again', async () => (await overlaps(pillion.opsPort)) === 1);
  await pillion.process.stop();
  const again = await start();
  await eventually('all is kept', async () => {
    const states = [...(await counterOf(again.opsPort, 'pillion_registration_objects')).keys()];
    return states.length > 5 && states.every((labels) => labels.includes('state="kept"'));
  });
  expect(await readyz(again.opsPort)).toContain('another injector selects');
  await again.process.stop();
});

test('with --beside-istio-injector both are registered, and it is still told', async () => {
  for (const { path } of await registeredObjects(cluster.api)) await cluster.api.call('DELETE', path);
  await cluster.api.call('DELETE', `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps/pillion-registration`);
  const pillion = await start(['--beside-istio-injector']);
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  await eventually('it is told', async () => (await overlaps(pillion.opsPort)) === 1);
});
