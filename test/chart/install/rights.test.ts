import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Installed } from '../../../src/cluster/rights.ts';
import { monthBefore } from '../../../src/core/adoption/kept-hours.ts';
import { eventually } from '../../cluster/eventually.ts';
import { ASKS, simplePod } from '../../cluster/pods.ts';
import { registeredObjects } from '../../cluster/registered-objects.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import { reviewOfChange } from '../../core-fixtures/policy-object-changes.ts';
import { http2Caller } from '../../https/callers.ts';
import { askingPod, reviewOf } from '../../https/reviews.ts';
import { NAMESPACE } from '../helm-runs.ts';
import { type DeployedServer, deployedServer, type Replica } from './deployed-server.ts';
import { installation } from './installation.ts';
import { requestsIn } from './server-audit.ts';
import { SPEAKING_SERVICE } from './speaking-service.ts';
import { grantedRights, usedRights } from './used-rights.ts';

const INSTALLED: Installed = { certificates: 'Self', registration: 'Managed', watchdog: 'Off', dashboard: 'Off' };
const REGISTRATION = '/apis/admissionregistration.k8s.io/v1';
const AUTHORITY = `/api/v1/namespaces/${NAMESPACE}/secrets/pillion-authority`;
const MEMORY = `/api/v1/namespaces/${NAMESPACE}/configmaps/pillion-registration`;
const HISTORY = `/apis/apps/v1/namespaces/${NAMESPACE}/controllerrevisions`;

const policy = (spec: object) => ['--set-json', `policy=${JSON.stringify(spec)}`];
// every in-tree policy is rendered from it
const WITH_EVERYTHING = { overrides: { allow: [{ key: 'sidecar.istio.io/proxyCPU' }], others: 'Deny' } };

// webhook configurations under names of ours that no policy of this version renders
const EARLIER = [
  { resource: 'mutatingwebhookconfigurations', kind: 'MutatingWebhookConfiguration', name: 'pillion-warn' },
  { resource: 'validatingwebhookconfigurations', kind: 'ValidatingWebhookConfiguration', name: 'zz-pillion-inject' },
].map(({ resource, kind, name }) => {
  const metadata = { name, labels: { 'app.kubernetes.io/managed-by': 'pillion' } };
  return { resource, body: { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata, webhooks: [] } };
});

const on = installation(4);
let server: DeployedServer;
let replica: Replica;

beforeAll(async () => {
  await on.controlPlane.createNamespace('shop', { ...ENABLED });
  await on.api.call('POST', '/api/v1/namespaces/shop/services', SPEAKING_SERVICE);
  await on.install(...policy(WITH_EVERYTHING), '--set', 'certificates.authoritySettle=1s');
  server = await deployedServer(on, ['--drain-seconds=0']);
  replica = await server.start();
});
afterAll(() => server?.stop());

const create = (name: string) =>
  on.api.call('POST', '/api/v1/namespaces/shop/pods', simplePod(name, { annotations: ASKS }));
const names = async () => (await registeredObjects(on.api)).map(({ metadata }) => metadata.name);
const dataOf = async (path: string) => (await on.api.call('GET', path)).body.data as Record<string, string>;
const resourceVersionOf = async (path: string) =>
  ((await on.api.call('GET', path)).body.metadata as { resourceVersion: string } | undefined)?.resourceVersion;

/** What the server answers when somebody changes an object of the policy to this. */
async function judged(kind: 'InjectionPolicy' | 'SidecarProfile', name: string, spec: object): Promise<string> {
  const ca = Buffer.from((await dataOf(AUTHORITY))['ca.crt'] ?? '', 'base64').toString();
  const caller = http2Caller(`https://127.0.0.1:${replica.port}`, ca);
  const object = { apiVersion: 'pillion.io/v1alpha1', kind, metadata: { name }, spec };
  const review = reviewOfChange({ object, request: { operation: 'UPDATE', name } });
  const reply = await caller.call('/policies', JSON.stringify(review));
  caller.close();
  return reply.text;
}

// each is something that the server does in a cluster
const FEATURES: Readonly<Record<string, () => Promise<void>>> = {
  async 'it registers, and pods that ask are injected'() {
    let pods = 0;
    await eventually('a pod that asks is injected', async () =>
      JSON.stringify((await create(`asks-${++pods}`)).body).includes('pillion.io/status'),
    );
    await eventually('it remembers what it registered', async () => (await resourceVersionOf(MEMORY)) !== undefined);
  },
  async 'what is changed by hand is put back'() {
    const paths = (await registeredObjects(on.api)).map(({ path }) => path);
    for (const path of paths) await on.api.call('PATCH', path, { metadata: { labels: { 'pillion.io/digest': null } } });
    const hook = `${REGISTRATION}/mutatingwebhookconfigurations/zz-pillion-inject`;
    const { webhooks } = (await on.api.call('GET', hook)).body as { webhooks: { clientConfig: object }[] };
    const wiped = webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle: '' } }));
    await on.api.call('PATCH', hook, { webhooks: wiped });
    await eventually('caBundle is put back', async () =>
      JSON.stringify((await on.api.call('GET', hook)).body).includes('"caBundle":"LS0'),
    );
  },
  async 'a namespace that it does not know is read'() {
    const ca = Buffer.from((await dataOf(AUTHORITY))['ca.crt'] ?? '', 'base64').toString();
    const caller = http2Caller(`https://127.0.0.1:${replica.port}`, ca);
    const reply = await caller.call('/inject/pod-asked-for-sidecar', reviewOf(askingPod(), 'nowhere').json);
    caller.close();
    expect(reply.text).toContain('nowhere');
  },
  async 'the pods of a namespace that no longer opts in are counted'() {
    const labels = { 'istio-injection': null };
    const { warnings } = await on.api.call('PATCH', '/api/v1/namespaces/shop', { metadata: { labels } });
    expect(warnings.join()).toContain('pod');
    await on.api.call('PATCH', '/api/v1/namespaces/shop', { metadata: { labels: ENABLED } });
  },
  async 'the authority is rotated'() {
    const before = (await dataOf(AUTHORITY))['tls.crt'];
    await on.api.call('PATCH', AUTHORITY, { metadata: { annotations: { 'pillion.io/rotate': 'now' } } });
    await eventually('another authority signs', async () => (await dataOf(AUTHORITY))['tls.crt'] !== before);
  },
  async 'an authority that is deleted is made anew'() {
    await on.api.call('DELETE', AUTHORITY);
    await eventually('there is one', async () => (await resourceVersionOf(AUTHORITY)) !== undefined);
  },
  async 'another policy takes away what it does not render'() {
    expect(await names()).toEqual(expect.arrayContaining(['pillion-overrides', 'pillion-final-state']));
    await on.upgrade(...policy({ finalState: 'Off' }), '--set', 'certificates.authoritySettle=1s');
    await eventually('it is gone', async () => !(await names()).some((name) => /overrides|final-state/.test(name)));
  },
  async 'the policy is kept in its history, of which the oldest end'() {
    await on.api.call('DELETE', `${REGISTRATION}/mutatingwebhookconfigurations/zz-pillion-policies`);
    for (let number = 0; number < 21; number++) {
      const spec = { ownership: { tribe: { namespaceLabel: `example.com/tribe-${number}` } } };
      await on.api.call('PATCH', '/apis/pillion.io/v1alpha1/injectionpolicies/default', { spec });
      const last = async () => {
        const { body } = await on.api.call('GET', HISTORY);
        return (body.items as readonly { readonly data: object }[]).some(({ data }) =>
          JSON.stringify(data).includes(`example.com/tribe-${number}"`),
        );
      };
      await eventually('it is kept', last);
    }
    expect((await on.api.call('GET', HISTORY)).body.items).toHaveLength(20);
  },
  async 'a profile that it does not know yet is looked up'() {
    expect(await judged('InjectionPolicy', 'default', { profiles: [{ name: 'nowhere' }] })).toContain('nowhere');
  },
  async 'a policy that cannot be with what stands is looked at beside the plan as it is now'() {
    const overrides = { ...WITH_EVERYTHING.overrides, imagesByDigest: true };
    const said = await judged('InjectionPolicy', 'default', { overrides, rollout: { enforce: 'Skip' } });
    expect(said).toContain('/spec/overrides/imagesByDigest');
  },
  async 'a profile that the policy cannot be with is looked at beside the policy as it is now'() {
    const { body } = await on.api.call('GET', '/apis/pillion.io/v1alpha1/injectionpolicies/default');
    const { profiles } = body.spec as { profiles: readonly { readonly name: string }[] };
    expect(await judged('SidecarProfile', profiles[0]?.name ?? '', { kind: 'Envoy', order: 'First' })).toContain(
      '/spec/order',
    );
  },
  async 'the status of a profile is written'() {
    const path = '/apis/pillion.io/v1alpha1/sidecarprofiles';
    const spec = { kind: 'Envoy' };
    await on.api.call('POST', path, {
      apiVersion: 'pillion.io/v1alpha1',
      kind: 'SidecarProfile',
      metadata: { name: 'idle' },
      spec,
    });
    await eventually('it is', async () =>
      JSON.stringify((await on.api.call('GET', `${path}/idle`)).body.status ?? '').includes('NotNamed'),
    );
  },
  async 'the status of a rollout plan is written'() {
    const path = '/apis/pillion.io/v1alpha1/rolloutplans';
    await on.api.call('POST', path, {
      apiVersion: 'pillion.io/v1alpha1',
      kind: 'RolloutPlan',
      metadata: { name: 'default' },
      spec: { stages: [{ name: 'pilot', namespaces: ['shop'] }] },
    });
    await eventually('it is', async () =>
      JSON.stringify((await on.api.call('GET', `${path}/default`)).body.status ?? '').includes('Accepted'),
    );
  },
  async 'a replica that starts takes the Lease over, heals the memory, and takes away what an earlier version registered'() {
    const { body: memory } = await on.api.call('GET', MEMORY);
    await on.api.call('PATCH', MEMORY, { data: { [Object.keys(memory.data as object)[0] ?? '']: 'not a uid' } });
    await Promise.all(EARLIER.map((object) => on.api.call('POST', `${REGISTRATION}/${object.resource}`, object.body)));
    const first = replica;
    replica = await server.start();
    await first.process.stop();
    await eventually('what an earlier version registered is gone', async () => {
      const standing = EARLIER.map(({ resource, body }) =>
        on.api.call('GET', `${REGISTRATION}/${resource}/${body.metadata.name}`),
      );
      return (await Promise.all(standing)).every(({ status }) => status === 404);
    });
    const healed = async () => !JSON.stringify((await on.api.call('GET', MEMORY)).body.data).includes('not a uid');
    await eventually('the memory is healed', healed);
    await on.upgrade(...policy(WITH_EVERYTHING), '--set', 'certificates.authoritySettle=1s');
    await eventually('it registers', async () => (await names()).includes('pillion-overrides'));
  },
  async 'what is kept of the rollout is thinned, and deleted after a year'() {
    const months = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
    const labels = { 'app.kubernetes.io/instance': 'pillion', 'app.kubernetes.io/component': 'adoption' };
    const before = monthBefore(new Date().toISOString().slice(0, 7), 2);
    for (const [month, hours] of [
      [monthBefore(before, 24), []],
      [before, [`${before}-01T09`, `${before}-01T10`]],
    ] as const)
      await on.api.call('POST', months, {
        metadata: { name: `pillion-adoption-${month}`, labels },
        data: Object.fromEntries(hours.map((hour) => [hour, '{}'])),
      });
    const first = replica;
    replica = await server.start();
    await first.process.stop();
    await eventually('it is thinned', async () => {
      const { body } = await on.api.call('GET', `${months}/pillion-adoption-${before}`);
      return Object.keys(body.data as object).length === 1;
    });
    await eventually('it is deleted', async () => {
      const { status } = await on.api.call('GET', `${months}/pillion-adoption-${monthBefore(before, 24)}`);
      return status === 404;
    });
  },
};

test.each(Object.entries(FEATURES))('with the rights of the chart, %s', (_feature, happens) => happens());

test('none of its requests was denied', async () => {
  const requests = await requestsIn(on.controlPlane.auditLog);
  const denied = requests.filter(({ responseStatus }) => [401, 403].includes(responseStatus?.code ?? 0));
  expect(denied.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
});

const OF_WORKLOADS = /(controllers|deployments|sets|jobs)\S* get$/;

test('it has used each of its rights, and has no other', async () => {
  const granted = grantedRights(INSTALLED);
  const used = usedRights(await requestsIn(on.controlPlane.auditLog));
  // of workloads that an Event is about; here there are only pods of their own
  const idle = granted.filter((right) => OF_WORKLOADS.test(right));
  expect([...new Set([...used, ...idle])].sort()).toEqual(granted);
});
