import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../../cluster/eventually.ts';
import { ASKS, simplePod } from '../../cluster/pods.ts';
import { type RegisteredObject, registeredObjects } from '../../cluster/registered-objects.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import { CHART, HELMS, NAMESPACE } from '../helm-runs.ts';
import { type DeployedServer, deployedServer, type Replica } from './deployed-server.ts';
import { installation } from './installation.ts';
import { CANARY_INJECTOR, DEFAULT_INJECTOR } from './istio-injector.ts';

const INJECTORS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const SHOP = '/api/v1/namespaces/shop/pods';
// the objects that the running server makes in its namespace, with where they are listed
const MADE_BY_SERVER = [
  `/api/v1/namespaces/${NAMESPACE}/secrets/pillion-authority`,
  `/api/v1/namespaces/${NAMESPACE}/configmaps/pillion-registration`,
  `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/pillion-registrar`,
  '/apis/pillion.io/v1alpha1/injectionreports/default',
];
// the API server calls a hook, or no longer calls it, up to a second after it was written

describe.each(HELMS)('with Helm %s', (major) => {
  const on = installation(major);
  let server: DeployedServer;
  let replica: Replica;
  let pods = 0;

  const create = (annotations: object) => on.api.call('POST', SHOP, simplePod(`p${++pods}`, { annotations }));
  const hasSidecar = (body: object) => JSON.stringify(body).includes('pillion.io/status');
  const exists = async (path: string) => (await on.api.call('GET', path)).status !== 404;
  const standing = async (paths: readonly string[]) => {
    const found = await Promise.all(paths.map(exists));
    return paths.filter((_, index) => found[index]);
  };
  const injects = (annotations: object) => async () => {
    const { status, body } = await create(annotations);
    return status === 201 && hasSidecar(body);
  };
  const uids = async () =>
    Object.fromEntries((await registeredObjects(on.api)).map(({ metadata }) => [metadata.name, metadata.uid]));
  const replaceReplica = async () => {
    const before = replica;
    replica = await server.start();
    await before.process.stop();
  };

  beforeAll(async () => {
    await on.controlPlane.createNamespace('shop', { ...ENABLED });
    server = await deployedServer(on, ['--drain-seconds=1']);
  });
  afterAll(() => server?.stop());

  describe('beside Istio’s own injector', () => {
    const dryRun = (...flags: readonly string[]) =>
      on.helm(['install', 'pillion', CHART, '-n', NAMESPACE, '--dry-run=server', ...flags]);
    const register = (injector: { readonly metadata: { readonly name: string } }) => {
      beforeAll(() => on.api.call('POST', INJECTORS, injector));
      afterAll(() => on.api.call('DELETE', `${INJECTORS}/${injector.metadata.name}`));
    };

    describe('for the same namespaces', () => {
      register(DEFAULT_INJECTOR);

      test('an install is refused before anything runs', async () => {
        const { code, stderr } = await on.helm(['install', 'pillion', CHART, '-n', NAMESPACE, '--create-namespace']);
        expect(code).toBe(1);
        expect(stderr).toContain('istio-sidecar-injector/namespace.sidecar-injector.istio.io');
        expect(stderr).toContain('besideIstioInjector: true');
        expect(await exists(`/api/v1/namespaces/${NAMESPACE}`)).toBe(false);
      });

      test('it goes on when told so, or when Pillion serves other labels', async () => {
        expect(await dryRun('--set', 'besideIstioInjector=true')).toMatchObject({ code: 0 });
        const key = 'pillion.io/inject';
        const optIn = { namespaceLabel: { key }, revision: 'pillion', podKey: key };
        expect(await dryRun('--set-json', `policy=${JSON.stringify({ optIn })}`)).toMatchObject({ code: 0 });
      });
    });

    describe('for another revision', () => {
      register(CANARY_INJECTOR);

      test('an install goes on', async () => {
        expect(await dryRun()).toMatchObject({ code: 0 });
      });
    });
  });

  test('install: nothing of the chart can hurt before a replica is ready, and then pods that ask are injected', async () => {
    await on.install();
    expect(await registeredObjects(on.api)).toEqual([]);
    expect(await create(ASKS)).toMatchObject({ status: 201 });
    replica = await server.start();
    await eventually('a pod that asks is injected', injects(ASKS));
    // what it has registered is written down when it is registered
    await eventually('all is there', async () => (await standing(MADE_BY_SERVER)).length === MADE_BY_SERVER.length);
    for (const kind of ['injectionpolicies', 'sidecarprofiles']) {
      const served = async () => (await on.api.call('GET', `/apis/pillion.io/v1alpha1/${kind}`)).status === 200;
      await eventually(`${kind} can be listed`, served);
    }
  });

  test('a server-side diff of the chart shows nothing while the server runs', async () => {
    const { stdout: manifest } = await on.helm(['get', 'manifest', 'pillion', '-n', NAMESPACE]);
    expect(manifest).toContain('kind: Deployment');
    const diff = ['diff', '--server-side', '--field-manager=gitops', '-f', '-'];
    expect(await on.controlPlane.kubectl(diff, manifest)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('upgrade: what the running server registered is neither wiped nor in conflict', async () => {
    const before = await registeredObjects(on.api);
    expect(caBundles(before).length).toBeGreaterThan(0);
    await on.upgrade('--set', 'replicas=3');
    expect(await registeredObjects(on.api)).toEqual(before);
    expect(await create(ASKS).then(({ body }) => hasSidecar(body))).toBe(true);
  });

  test('upgrade: a policy in the values is in force at once, with a profile that comes with it', async () => {
    const registered = await uids();
    await on.upgrade(...policy({ optIn: { autoInject: 'enabled' } }));
    await eventually('a silent pod is injected', injects({}));
    const profiles = ['--set-json', 'profiles={"classic":{"kind":"Envoy","order":"Classic"}}'];
    await on.upgrade(...policy({ optIn: { autoInject: 'enabled' }, profiles: [{ name: 'classic' }] }), ...profiles);
    const isClassic = async () =>
      ((await create({})).body as { spec?: { containers: readonly object[] } }).spec?.containers.length === 2;
    await eventually('a pod gets the sidecar of the new profile', isClassic);
    expect(await uids()).toMatchObject(registered);
  });

  test('upgrade: a policy that cannot be used is refused with the reason, and the one before it stays', async () => {
    for (const [spec, said] of [
      [{ onError: 'Admit' }, 'but finalState: Deny refuses a pod without its sidecar'],
      [{ overrides: { allow: [{ key: 'sidecar.istio.io/proxyCpu' }] } }, 'did you mean sidecar.istio.io/proxyCPU?'],
    ] as const) {
      const upgrade = ['upgrade', 'pillion', CHART, '-n', NAMESPACE, '--reuse-values', ...policy(spec)];
      const { code, stderr } = await on.helm(upgrade);
      expect(code).toBe(1);
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(said);
    }
    expect(await injects({})()).toBe(true);
  });

  test('rollback: the built-in policy decides again', async () => {
    const registered = await uids();
    const { code, stderr } = await on.helm(['rollback', 'pillion', '1', '-n', NAMESPACE]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await exists('/apis/pillion.io/v1alpha1/injectionpolicies/default')).toBe(false);
    expect(await exists('/apis/pillion.io/v1alpha1/sidecarprofiles/classic')).toBe(false);
    await eventually('a silent pod is left alone', async () => !(await injects({})()));
    expect(await injects(ASKS)()).toBe(true);
    expect(registered).toMatchObject(await uids());
  });

  test('upgrade by the other Helm: neither version refuses what the other one made', async () => {
    const registered = await uids();
    for (const by of [major === 3 ? 4 : 3, major] as const) {
      const upgrade = ['upgrade', 'pillion', CHART, '-n', NAMESPACE, '--set', `replicas=${by}`];
      expect(await on.helm(upgrade, by)).toMatchObject({ code: 0 });
      const { body } = await on.api.call('GET', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/pillion`);
      expect(body.spec).toMatchObject({ replicas: by });
    }
    expect(await uids()).toEqual(registered);
    expect(await injects(ASKS)()).toBe(true);
  });

  test('uninstall and install at once: the new installation registers, whatever of the old one is still going away', async () => {
    const before = await uids();
    await on.uninstall();
    await on.install();
    await replaceReplica();
    await eventually('all is registered anew', async () => {
      const now = await uids();
      return Object.entries(before).every(([name, uid]) => now[name] !== undefined && now[name] !== uid);
    });
    await eventually('a pod that asks is injected', injects(ASKS));
  });

  test('uninstall: nothing stays but the definitions, and a pod that asks is created as it is', async () => {
    // the policy that decides goes too, while the server that guards it still runs
    await on.upgrade(...policy({ optIn: { autoInject: 'enabled' } }));
    await eventually('a silent pod is injected', injects({}));
    await on.uninstall();
    expect(await exists('/apis/pillion.io/v1alpha1/injectionpolicies/default')).toBe(false);
    const refusals: string[] = [];
    const since = Date.now();
    // in-tree policies are read once a second: the final state may outlive the hook for so long
    await eventually('a pod that asks is created without a sidecar', async () => {
      const { status, body } = await create(ASKS);
      if (status !== 201) refusals.push(`${body.message}`);
      return status === 201 && !hasSidecar(body);
    });
    on.note(`${refusals.length} pods that asked were refused in the ${Date.now() - since} ms after uninstall`);
    expect(refusals.filter((message) => !message.includes("'pillion-final-state'"))).toEqual([]);
    await eventually('nothing is registered', async () => (await registeredObjects(on.api)).length === 0);
    await replica.process.stop();
    expect((await create(ASKS)).status).toBe(201);
    await eventually('what the server made is gone', async () => (await standing(MADE_BY_SERVER)).length === 0);
    expect(await registeredObjects(on.api)).toEqual([]);
    expect(await leftovers()).toEqual([
      'injectionpolicies.pillion.io',
      'injectionreports.pillion.io',
      'rolloutplans.pillion.io',
      'sidecarprofiles.pillion.io',
    ]);
  });

  async function leftovers(): Promise<string[]> {
    const kinds =
      'clusterrole,clusterrolebinding,customresourcedefinition,mutatingwebhookconfiguration,validatingwebhookconfiguration,validatingadmissionpolicy,validatingadmissionpolicybinding';
    const own =
      'all,controllerrevision,serviceaccount,role,rolebinding,secret,configmap,lease,poddisruptionbudget,endpointslice';
    const name = 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}';
    const lists = await Promise.all([
      on.controlPlane.kubectl(['get', kinds, '-o', name]),
      on.controlPlane.kubectl(['-n', NAMESPACE, 'get', own, '-o', name]),
    ]);
    const names = lists.flatMap(({ stdout }) => stdout.split('\n'));
    return names.filter((found) => found.includes('pillion')).sort();
  }
});

const policy = (spec: object) => ['--set-json', `policy=${JSON.stringify(spec)}`];

const caBundles = (objects: readonly RegisteredObject[]) =>
  objects.flatMap(({ webhooks = [] }) => webhooks.map(({ clientConfig }) => clientConfig.caBundle));
