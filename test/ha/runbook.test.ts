import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, apiClient } from '../cluster/api-client.ts';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import { believePods } from './believed-pods.ts';
import { type Installation, startInstallation } from './installation.ts';
import { runbookBlocks } from './runbook-blocks.ts';
import { type RunbookShell, runbookShell } from './runbook-shell.ts';

const NAMESPACE = 'shop';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const blocks = await runbookBlocks();
const ran = new Set<string>();
const ended = new AbortController();

let installation: Installation;
let api: ApiClient;
let shell: RunbookShell;
let believing: Promise<void>;

beforeAll(async () => {
  installation = await startInstallation({ policy: { finalState: 'Deny' }, certificates: { authoritySettle: '5s' } }, [
    NAMESPACE,
  ]);
  api = apiClient(installation.controlPlane);
  shell = await runbookShell(installation, { NAMESPACE, WORKLOAD: 'deployment/web', SERVICE: 'web', REVISION: '1' });
  believing = believePods(api, NAMESPACE, ended.signal);
  await installation.kubectl('create', 'deployment', 'web', '--image=registry.example/web:1', '-n', NAMESPACE);
  const template = { metadata: { annotations: ASKS } };
  const patch = JSON.stringify({ spec: { replicas: 2, template } });
  await installation.kubectl('patch', 'deployment', 'web', '-n', NAMESPACE, '--patch', patch);
  await everyPodHas('a sidecar');
});

afterAll(async () => {
  ended.abort();
  await believing;
  api?.close();
  await installation?.stop();
});

/** Runs a block of the runbook; its exit code is 0 unless told. */
async function run(name: string, code = 0) {
  const commands = blocks.get(name);
  if (commands === undefined) throw new Error(`docs/RUNBOOK.md has no block called ${name}`);
  ran.add(name);
  const outcome = await shell.run(commands);
  expect({ name, ...outcome }).toMatchObject({ name, code });
  return outcome;
}

interface ShownPod {
  readonly metadata: { readonly annotations?: Record<string, string>; readonly deletionTimestamp?: string };
}

async function podsWithSidecar(): Promise<readonly boolean[]> {
  const { body } = await api.call('GET', PODS);
  return (body.items as readonly ShownPod[])
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.annotations?.['pillion.io/status'] !== undefined);
}

const everyPodHas = (what: 'a sidecar' | 'none') =>
  eventually(`both pods of the application have ${what}`, async () => {
    const has = await podsWithSidecar();
    return has.length === 2 && has.every((one) => one === (what === 'a sidecar'));
  });

/** What the API server says to a pod that asks, without creating it. */
async function askingPod() {
  const pod = { metadata: { name: 'tried', annotations: ASKS }, spec: { containers: [{ name: 'app', image: 'a' }] } };
  const answer = await api.call('POST', `${PODS}?dryRun=All`, { apiVersion: 'v1', kind: 'Pod', ...pod });
  const injected = JSON.stringify(answer.body).includes('pillion.io/status');
  return { status: answer.status, injected, message: String(answer.body.message ?? '') };
}

const asksAndGets = () => eventually('a pod that asks gets its sidecar', async () => (await askingPod()).injected);

const secretOf = () => installation.kubectl('get', 'secret', 'pillion-authority', '-o', 'jsonpath={.data.tls\\.crt}');

const upgrade = (policy: object) =>
  shell.run(
    `helm -n pillion-system upgrade pillion "${new URL('../../charts/pillion', import.meta.url).pathname}" --reuse-values ` +
      `--set-json 'policy=${JSON.stringify(policy)}'`,
  );

test('a first look at what is well finds no problem', async () => {
  const { stdout } = await run('first look');
  expect(stdout).not.toContain('problem');
});

describe('the webhook is down', () => {
  test('what hangs is restarted', async () => {
    for (const replica of installation.replicas()) process.kill(replica.container('pillion')?.pid ?? 0, 'SIGSTOP');
    await eventually('a pod that asks is refused', async () =>
      (await askingPod()).message.includes('failed calling webhook'),
    );
    const { stdout } = await run('webhook down, look');
    expect(stdout).toContain('pod/pillion-');
    await run('webhook down, restart');
    await asksAndGets();
    expect((await run('webhook down, kick')).stdout).toContain('no workload waits because of Pillion');
  });

  test('break-glass lets applications start without their sidecar, and one command ends it', async () => {
    await installation.kubectl('scale', 'deployment/pillion', '--replicas=0');
    await eventually('a pod that asks is refused', async () => (await askingPod()).status !== 201);
    await run('webhook down, break-glass');
    await eventually('a pod that asks starts', async () => (await askingPod()).status === 201);
    await installation.kubectl('rollout', 'restart', 'deployment/web', '-n', NAMESPACE);
    await everyPodHas('none');
    await installation.kubectl('scale', 'deployment/pillion', '--replicas=2');
    await installation.settled();
    expect(await askingPod()).toMatchObject({ status: 201, injected: false });
    await run('webhook down, restore');
    await asksAndGets();
  });

  test('the pods that missed their sidecar are found and get it', async () => {
    const { stdout } = await run('missed, find');
    expect(stdout).toContain('web-');
    expect(stdout).toContain('<none>');
    expect((await run('missed, plan')).stdout).toContain('would restart Deployment shop/web (2 pods)');
    expect((await run('missed, restart')).stdout).toBe('1 restarted\n');
    await run('missed, watchdog');
    await everyPodHas('a sidecar');
  });
});

describe('the webhook is away and pods must start with a sidecar', () => {
  test('the API server makes the sidecars of a Deployment, and goes on refusing what it cannot make', async () => {
    await installation.kubectl('scale', 'deployment/pillion', '--replicas=0');
    await eventually('a pod that asks is refused', async () => (await askingPod()).status !== 201);
    const { stdout, stderr } = await run('fallback, look');
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('- belong to no controller')]);
    await run('fallback, on');
    await installation.kubectl('rollout', 'restart', 'deployment/web', '-n', NAMESPACE);
    await eventually('both pods have a sidecar that the API server has made', async () => {
      const made = (await run('fallback, find')).stdout.split('\n').filter((line) => line.startsWith(NAMESPACE));
      return made.length === 2 && (await podsWithSidecar()).length === 2;
    });
    expect(await askingPod()).toMatchObject({ status: 403, message: expect.stringContaining('pillion-final-state') });
  });

  test('with the webhook back it is switched off, and the pods stay as they are', async () => {
    await installation.kubectl('scale', 'deployment/pillion', '--replicas=2');
    await installation.settled();
    await run('fallback, off');
    await asksAndGets();
    expect((await run('first look')).stdout).not.toContain('problem');
    expect((await run('fallback, find')).stdout).toContain('pillion-fallback-envoy');
    await installation.kubectl('rollout', 'restart', 'deployment/web', '-n', NAMESPACE);
    await eventually('none of them is left', async () => (await run('fallback, find')).stdout === '');
    await everyPodHas('a sidecar');
  });
});

describe('a certificate has expired', () => {
  test('doctor tells of the certificates', async () => {
    expect((await run('certificate, look')).stdout).toMatch(/certificate/i);
  });

  test.each(['certificate, rotate', 'certificate, anew'])(
    '%s: another authority signs, and pods get their sidecar',
    async (block) => {
      const before = await secretOf();
      await run(block);
      await eventually('another authority signs', async () => ![before, ''].includes(await secretOf().catch(() => '')));
      await asksAndGets();
    },
  );
});

describe('the policy', () => {
  test('one that is refused is shown with its problem, and taken back', async () => {
    const { code, stderr } = await upgrade({ onError: 'Admit', finalState: 'Deny' });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('but finalState: Deny refuses') });
    expect((await run('policy, look')).stdout).toMatch(/default +Enforce .* +True +Decides/);
    await asksAndGets();
    await run('policy, back');
    await asksAndGets();
  });

  test('a wrong one is rolled back, and the application restarted', async () => {
    expect(await upgrade({ protectedNamespaces: ['kube-system', NAMESPACE] })).toMatchObject({ code: 0 });
    await eventually('pods of the application get no sidecar', async () => {
      await installation.kubectl('delete', 'pods', '-l', 'app=web', '-n', NAMESPACE, '--grace-period=0', '--force');
      const has = await podsWithSidecar();
      return has.length > 0 && has.every((one) => !one);
    });
    expect((await run('wrong policy, explain')).stdout).toContain('/policy/protectedNamespaces');
    await run('wrong policy, rollback');
    await asksAndGets();
    await run('wrong policy, restart');
    await everyPodHas('a sidecar');
  });

  test('one that has to go is deleted, and comes back with the next release, or from the history', async () => {
    await run('policy, delete');
    await asksAndGets();
    expect(await upgrade({ finalState: 'Warn' })).toMatchObject({ code: 0 });
    await asksAndGets();
    const { stdout } = await run('wrong policy, revision');
    expect(stdout).toContain('/spec/finalState: "Warn" becomes "Deny"');
    await asksAndGets();
  });
});

test('traffic values that are not accepted are found, judged and taken away', async () => {
  const service = {
    metadata: { name: 'web', annotations: { 'pillion.io/traffic': 'service: {name: web, port: 80}\ntimeout: never' } },
    spec: { clusterIP: 'None', ports: [{ port: 80 }] },
  };
  const applied = await api.call('POST', `/api/v1/namespaces/${NAMESPACE}/services`, service);
  expect([applied.status, applied.warnings.join()]).toEqual([201, expect.stringContaining('is not accepted')]);
  const { stdout, stderr } = await run('traffic, look');
  expect(stdout).toMatch(/^shop +web +service: /m);
  expect(stderr).toContain('/timeout: is "never"');
  await run('traffic, away');
  expect(await installation.kubectl('get', 'service', 'web', '-n', NAMESPACE, '-o', 'yaml')).not.toContain('never');
});

test('what an uninstall has left is taken away', async () => {
  // whoever orphans the dependents of the owner keeps the garbage collector from removing them
  await installation.kubectl('delete', 'clusterrole', 'pillion', '--cascade=orphan');
  expect(await shell.run('helm -n pillion-system uninstall pillion --wait')).toMatchObject({ code: 0 });
  expect((await askingPod()).status).not.toBe(201);
  await run('uninstall, remove');
  await eventually('a pod that asks starts', async () => (await askingPod()).status === 201);
  await run('uninstall, namespace');
});

test('every block of the runbook was run', () => {
  expect([...ran].sort()).toEqual([...blocks.keys()].sort());
});
