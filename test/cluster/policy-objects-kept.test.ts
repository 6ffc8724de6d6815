import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import { POLICIES, PROFILES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyHooksInForce, policyObjectsService, startPolicyReplica } from './policy-objects-service.ts';
import type { Service } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const DEFAULT = `${POLICIES}/default`;
const OWN_PODS = `/api/v1/namespaces/${OWN_NAMESPACE}/pods`;
const NAMES = ['pillion-a', 'pillion-b'] as const;

const cluster = testCluster({ shop: ENABLED, [OWN_NAMESPACE]: {} });
let service: Service;
let replicas: PillionProcess[];

const start = (pod: string) => startPolicyReplica(cluster, service, pod);

beforeAll(async () => {
  service = await policyObjectsService(cluster);
  for (const name of NAMES) await cluster.api.call('POST', OWN_PODS, simplePod(name));
  replicas = [await start(NAMES[0]), await start(NAMES[1])];
  service.route(replicas[0]?.port);
  await policyHooksInForce(cluster, 'shop');
});

afterAll(async () => service?.stop());

const object = (kind: string, name: string, spec: object) => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind,
  metadata: { name },
  spec,
});
const policy = (spec: object) => object('InjectionPolicy', 'default', spec);
const CLASSIC = object('SidecarProfile', 'classic', { kind: 'Envoy', order: 'Classic' });

const apply = (items: readonly object[], ...flags: string[]) =>
  cluster.controlPlane.kubectl(
    ['apply', ...flags, '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );
const kubectl = (...args: string[]) => cluster.controlPlane.kubectl(args);
const pillion = async (...args: string[]) =>
  commandLine(['policy', ...args, '--kubeconfig', cluster.controlPlane.kubeconfig], { now: new Date() });

interface Status {
  readonly observedGeneration: number;
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  readonly replicas: readonly {
    readonly name: string;
    readonly revision: string;
    readonly observedGeneration: number;
  }[];
}
const read = async (path: string) =>
  (await cluster.api.call('GET', path)).body as {
    readonly metadata: { readonly generation: number; readonly resourceVersion: string };
    readonly status?: Status;
  };
const conditions = async (path: string) =>
  ((await read(path)).status?.conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason}`).sort();

/** The revision by which each replica decides. */
const revisions = () =>
  Promise.all(
    replicas.map(async ({ opsPort }) => {
      const [info = ''] = (await counterOf(opsPort, 'pillion_policy_info')).keys();
      return /revision="([^"]*)"/.exec(info)?.[1];
    }),
  );

/** Resolves when the status says that each of these replicas has judged the object as it stands. */
const settled = (names: readonly string[] = NAMES) =>
  eventually('the status tells of each replica and of the object as it stands', async () => {
    const { metadata, status } = await read(DEFAULT);
    const told = (status?.replicas ?? []).filter(
      ({ observedGeneration }) => observedGeneration === metadata.generation,
    );
    return (
      names.every((name) => told.some((one) => one.name === name)) && status?.observedGeneration === metadata.generation
    );
  });

interface Entry {
  readonly revision: number;
  readonly replicas: number;
  readonly changedBy: string;
  readonly policyRevision: string;
  readonly changes: readonly { readonly path: string }[];
}
const history = async (): Promise<readonly Entry[]> => JSON.parse((await pillion('history', '-o', 'json')).stdout);

test('a profile and the policy that names it take effect together, and their status says so', async () => {
  const before = await revisions();
  const { code, stderr } = await apply([CLASSIC, policy({ profiles: [{ name: 'classic' }] })], '--context=alice');
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('no pod gets the profile classic') });
  await settled();
  const now = await revisions();
  expect(new Set(now).size).toBe(1);
  expect(now[0]).not.toBe(before[0]);
  expect((await read(DEFAULT)).status?.replicas.map(({ revision }) => revision)).toEqual(now);
  expect(await conditions(DEFAULT)).toEqual(['Accepted True Valid', 'InForce True Decides']);
  await eventually('that of the profile too', async () =>
    (await conditions(`${PROFILES}/classic`)).includes('InForce True Named'),
  );
  // what kubectl prints is a file of --policy as well, whatever it has of status and annotations
  const printed = await kubectl('get', 'injectionpolicies,sidecarprofiles', '-o', 'yaml');
  const shown = await commandLine(['policy', 'show', '-o', 'json', '--policy', '-'], { stdin: printed.stdout });
  expect(JSON.parse(shown.stdout).revision).toBe(now[0]);
  const { stdout } = await kubectl('get', 'injectionpolicies');
  expect(stdout).toMatch(/default +Enforce +NamespaceAndPod +disabled +Deny +True +Decides/);
});

test('a shadow is told to be one', async () => {
  const { stderr } = await apply([object('InjectionPolicy', 'canary', { mode: 'Shadow', finalState: 'Warn' })]);
  expect(stderr).toContain('the policy is asked about each pod beside the one that decides');
  await eventually('its status says so', async () =>
    (await conditions(`${POLICIES}/canary`)).includes('InForce True Shadow'),
  );
  expect(await kubectl('delete', 'injectionpolicy', 'canary')).toMatchObject({ code: 0 });
});

test('nothing is written while nothing changes', async () => {
  const paths = [DEFAULT, `${PROFILES}/classic`];
  const versions = () => Promise.all(paths.map(async (path) => (await read(path)).metadata.resourceVersion));
  // a label is no change of what the object says
  await kubectl('label', 'injectionpolicy', 'default', 'team=mesh');
  await sleep(3_000);
  const before = await versions();
  await sleep(3_000);
  expect(await versions()).toEqual(before);
});

describe('the history', () => {
  test('has each policy with its author, what it changed, and who decides by it', async () => {
    await apply([policy({ profiles: [{ name: 'classic' }], finalState: 'Warn' })]);
    await settled();
    await eventually('it is kept', async () => (await history()).length === 2);
    expect(await history()).toMatchObject([
      { revision: 2, replicas: 2, changedBy: 'admin', changes: [{ path: '/policy/finalState' }] },
      { revision: 1, replicas: 0, changedBy: 'alice', changes: [] },
    ]);
    const { stdout } = await pillion('history');
    expect(stdout).toMatch(/^2 +\* 2 +\S+Z +admin +[0-9a-f]{16} +\/policy\/finalState: "Deny" becomes "Warn"$/m);
    expect(stdout).toMatch(/^1 +\S+Z +alice +[0-9a-f]{16} +the oldest that is kept$/m);
  });

  test('brings an earlier policy back, with its profiles, after telling what changes', async () => {
    await apply([object('SidecarProfile', 'classic', { kind: 'Envoy', order: 'Native' })]);
    await eventually('that is kept as well', async () => (await history()).length === 3);
    const told =
      'SidecarProfile classic\n  /spec/order: "Native" becomes "Classic"\nInjectionPolicy default\n  /spec/finalState: "Warn" becomes "Deny"\n';
    const { generation } = (await read(DEFAULT)).metadata;
    expect(await pillion('rollback', '1')).toMatchObject({
      exit: 1,
      stdout: told,
      stderr: expect.stringContaining('--yes'),
    });
    expect(await pillion('rollback', '1', '--dry-run')).toMatchObject({ exit: 0, stdout: told });
    expect((await read(DEFAULT)).metadata.generation).toBe(generation);
    const [, , first] = await history();
    expect(await pillion('rollback', '1', '--yes')).toMatchObject({ exit: 0, stdout: told });
    await eventually('it decides everywhere', async () =>
      (await revisions()).every((revision) => revision === first?.policyRevision),
    );
    await settled();
    await eventually('it is kept as the newest', async () => (await history())[0]?.revision === 4);
    expect(await pillion('rollback', '4', '--yes')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('nothing changes'),
    });
  });

  test('tells which settings two of its policies have otherwise', async () => {
    const { exit, stdout } = await pillion('diff', '1', '3', '-o', 'json');
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      { object: 'InjectionPolicy', path: '/spec/finalState', before: 'Deny', after: 'Warn' },
      { object: 'SidecarProfile classic', path: '/spec/order', before: 'Classic', after: 'Native' },
    ]);
    expect(await pillion('diff', '1', '4')).toMatchObject({ exit: 0, stdout: 'no setting differs\n' });
    const absent = await pillion('diff', '1', '9');
    expect(absent).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('revision 9 is not in the history; kept are: 4, 3, 2, 1'),
    });
  });

  test('writes a policy back although its status changes all the time', async () => {
    let rolling = true;
    const statuses = (async () => {
      for (let number = 0; rolling; number++) {
        await cluster.api.call('PATCH', `${DEFAULT}/status`, { status: { observedGeneration: number % 2 } });
        await sleep(100);
      }
    })();
    const outcomes = [await pillion('rollback', '3', '--yes'), await pillion('rollback', '1', '--yes')];
    rolling = false;
    await statuses;
    expect(outcomes).toMatchObject([{ exit: 0 }, { exit: 0 }]);
    const first = (await history()).find(({ revision }) => revision === 1);
    await eventually('it decides everywhere', async () =>
      (await revisions()).every((revision) => revision === first?.policyRevision),
    );
  });

  test('says of a revision that is not kept which ones are', async () => {
    const { exit, stderr } = await pillion('rollback', '9');
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: expect.stringMatching(/no revision 9 .*; kept are: [0-9, ]*4, 3, 2, 1/),
    });
    expect(await pillion('rollback', 'last')).toMatchObject({ exit: 2 });
  });
});

test('what is relied on is not deleted by accident, and a policy that was deleted comes back from the history', async () => {
  const [profile, refused] = [
    await kubectl('delete', 'sidecarprofile', 'classic'),
    await kubectl('delete', 'injectionpolicies', '--all'),
  ];
  expect(profile).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the policy in force names the profile classic'),
  });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('pillion.io/allow-deletion=true') });
  const [before] = await revisions();
  await kubectl('annotate', 'injectionpolicy', 'default', 'pillion.io/allow-deletion=true');
  const deleted = await kubectl('delete', 'injectionpolicy', 'default');
  expect(deleted).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the built-in policy decides from now on'),
  });
  await eventually('the built-in one decides', async () =>
    (await revisions()).every((revision) => revision !== before),
  );
  const [newest] = await history();
  expect(await pillion('rollback', String(newest?.revision), '--yes')).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('InjectionPolicy default (is made)'),
  });
  await eventually('it decides again', async () => (await revisions()).every((revision) => revision === before));
  await settled();
});

const EDITS = 600;

test('ten edits a second for a minute, while pods are created: no creation fails, and the last edit is in force', async () => {
  let loading = true;
  let created = 0;
  const refused: unknown[] = [];
  const load = (async () => {
    for (; loading; created++) {
      const pod = simplePod(`load-${created}`, { annotations: ASKS });
      const { status, body } = await cluster.api.call('POST', '/api/v1/namespaces/shop/pods?dryRun=All', pod);
      if (status !== 201 || !JSON.stringify(body).includes('pillion.io/status')) refused.push(body);
    }
  })();
  const edit = (number: number) => ({ ownership: { tribe: { namespaceLabel: `example.com/tribe-${number}` } } });
  for (let number = 1; number <= EDITS; number++) {
    const pause = sleep(100);
    const { status } = await cluster.api.call('PATCH', DEFAULT, { spec: edit(number) });
    expect(status).toBe(200);
    await pause;
  }
  await settled();
  const [edited, ...others] = await history();
  expect(edited).toMatchObject({ replicas: 2 });
  expect(others.length).toBeLessThan(20);
  expect(JSON.stringify((await read(DEFAULT)).metadata)).toContain('changed-by');
  const [inForce] = (await history()) as readonly (Entry & {
    readonly changes: readonly { readonly after: unknown }[];
  })[];
  expect(JSON.stringify(inForce?.changes)).toContain(`example.com/tribe-${EDITS}`);
  loading = false;
  await load;
  expect(refused).toEqual([]);
  expect(created).toBeGreaterThan(50);
});

test('a policy of 1 MB is refused, and the service goes on', async () => {
  const groups = Array.from({ length: 12_000 }, (_, index) => `${'g'.repeat(80)}-${index}`);
  const { status, body } = await cluster.api.call('PATCH', DEFAULT, { spec: { namespaces: { mayLabel: { groups } } } });
  expect({ status, message: body.message }).toEqual({
    status: 403,
    message: expect.stringContaining('at most 100000'),
  });
  const pod = simplePod('after', { annotations: ASKS });
  expect((await cluster.api.call('POST', '/api/v1/namespaces/shop/pods?dryRun=All', pod)).status).toBe(201);
});

test('a replica that is gone is taken out of the status', async () => {
  const [, gone] = replicas;
  await gone?.process.stop();
  await cluster.api.call('DELETE', `${OWN_PODS}/${NAMES[1]}?gracePeriodSeconds=0`);
  replicas = replicas.slice(0, 1);
  await apply([policy({ profiles: [{ name: 'classic' }], finalState: 'Off' })]);
  await eventually(
    'it is',
    async () => (await read(DEFAULT)).status?.replicas.map(({ name }) => name).join() === NAMES[0],
  );
  await settled([NAMES[0]]);
});
