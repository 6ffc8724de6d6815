import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../controlplane/kubectl.ts';
import { until } from '../https/until.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { recordsIn } from './records.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const KEY = 'istio-injection';
const STRICT = { invalidLabel: 'Deny', conflict: 'Deny', protected: 'Deny', removalWhileInjected: 'Deny' } as const;

let pillion: PillionProcess;

const cluster = testCluster({ canary: ENABLED });

beforeAll(async () => {
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await inForce();
});

interface NamespaceObject {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager: string; readonly fieldsV1: object }[];
  };
}

/** Resolves when the API server calls the hooks for pods and for namespaces. */
async function inForce(): Promise<void> {
  await webhookInForce(cluster.controlPlane, 'canary');
  await until(async () => {
    const body = { metadata: { name: 'dry', labels: { [KEY]: 'enabled' } } };
    const answer = await cluster.api.call('POST', '/api/v1/namespaces?dryRun=All', body);
    return JSON.stringify(answer.body).includes('pillion.io/enabled-by');
  });
}

const read = async (name: string): Promise<NamespaceObject> =>
  (await cluster.api.call('GET', `/api/v1/namespaces/${name}`)).body as unknown as NamespaceObject;

const stampsOf = async (name: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((await read(name)).metadata.annotations ?? {}).filter(([key]) => key.startsWith('pillion.io/')),
  );

const alice = (args: readonly string[], document?: object): Promise<Outcome> =>
  cluster.controlPlane.kubectl(
    ['--context=alice', ...args],
    document === undefined ? undefined : JSON.stringify(document),
  );

const manifest = (name: string, labels: object, annotations?: object) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels, ...(annotations && { annotations }) },
});

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const enabledBy = (user: string) => ({ 'pillion.io/enabled-by': user, 'pillion.io/enabled-at': TIME });
const disabledBy = (user: string) => ({ 'pillion.io/disabled-by': user, 'pillion.io/disabled-at': TIME });
const warned = (text: string) => `Warning: pillion: ${text}\n`;

describe('who opted a namespace in, and when', () => {
  test('is written when a person labels it, and when a person takes the label away', async () => {
    await cluster.controlPlane.createNamespace('ledger');
    expect(await alice(['label', 'namespace', 'ledger', `${KEY}=enabled`])).toMatchObject({ code: 0, stderr: '' });
    expect(await stampsOf('ledger')).toEqual(enabledBy('alice'));
    expect(await cluster.controlPlane.kubectl(['label', 'namespace', 'ledger', `${KEY}-`])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await stampsOf('ledger')).toEqual(disabledBy('admin'));
    expect(await alice(['label', 'namespace', 'ledger', `${KEY}=enabled`])).toMatchObject({ code: 0, stderr: '' });
    expect(await stampsOf('ledger')).toEqual(enabledBy('alice'));
  });

  const labels = { [KEY]: 'enabled', team: 'a' };
  const serverSide = (manager: string, object: object) =>
    alice(['apply', '--server-side', `--field-manager=${manager}`, '--force-conflicts', '-f', '-'], object);

  /** Ways to write a namespace, one after the other, each with what it leaves the stamps to do. */
  const WAYS: readonly (readonly [string, (name: string) => Promise<Outcome>])[] = [
    ['kubectl apply', (name) => alice(['apply', '-f', '-'], manifest(name, labels))],
    [
      'kubectl apply of a changed file',
      (name) => alice(['apply', '-f', '-'], manifest(name, { ...labels, team: 'b' })),
    ],
    ['server-side apply by one manager', (name) => serverSide('one', manifest(name, labels))],
    [
      'server-side apply by another manager',
      (name) => serverSide('two', manifest(name, { [KEY]: 'enabled' }, { note: 'x' })),
    ],
    ['the first manager, who drops a field', (name) => serverSide('one', manifest(name, { [KEY]: 'enabled' }))],
    ['the second manager, who drops its annotation', (name) => serverSide('two', manifest(name, { [KEY]: 'enabled' }))],
    ['kubectl replace from a file without them', (name) => alice(['replace', '-f', '-'], manifest(name, labels))],
    [
      'kubectl edit, which sends the whole object back',
      async (name) => {
        const { metadata, ...rest } = await read(name);
        const annotations = { ...metadata.annotations, note: 'edited' };
        return alice(['replace', '-f', '-'], { ...rest, metadata: { ...metadata, annotations } });
      },
    ],
    ['kubectl annotate', (name) => alice(['annotate', 'namespace', name, 'note=y', '--overwrite'])],
    ['kubectl label', (name) => alice(['label', 'namespace', name, 'team=c', '--overwrite'])],
  ];

  test('stays as it is, whichever way the namespace is written afterwards, and belongs to no field manager', async () => {
    await alice(['create', '-f', '-'], manifest('orders', { [KEY]: 'enabled' }));
    const stamps = await stampsOf('orders');
    expect(stamps).toEqual(enabledBy('alice'));
    for (const [way, write] of WAYS) {
      const { code, stderr } = await write('orders');
      const { managedFields = [] } = (await read('orders')).metadata;
      const owners = managedFields.filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('f:pillion.io/'));
      // the API server notes owners before it calls webhooks, so what one adds is nobody's: it is neither pruned nor in conflict
      expect([way, code, stderr.includes('pillion'), owners, await stampsOf('orders')]).toEqual([
        way,
        0,
        false,
        [],
        stamps,
      ]);
    }
  });

  test('cannot be written by anybody else, who is told so', async () => {
    await cluster.controlPlane.createNamespace('forged', { [KEY]: 'enabled' });
    const forgery = manifest('forged', {}, { 'pillion.io/enabled-by': 'mallory', 'pillion.io/disabled-at': 'never' });
    const forgeries = [
      alice(['annotate', 'namespace', 'forged', 'pillion.io/enabled-by=mallory', '--overwrite']),
      serverSide('forger', forgery),
    ];
    for (const { code, stderr } of await Promise.all(forgeries)) {
      expect(code).toBe(0);
      expect(stderr).toContain(
        warned('the annotation pillion.io/enabled-by is written by Pillion; your value was replaced'),
      );
    }
    expect(await stampsOf('forged')).toEqual(enabledBy('admin'));
    // the manager owns what it tried to write, and lets go of it: that takes away nothing
    expect(await serverSide('forger', manifest('forged', {}))).toMatchObject({ code: 0, stderr: '' });
    expect(await stampsOf('forged')).toEqual(enabledBy('admin'));
  });

  test('does not keep a namespace from being deleted', async () => {
    await cluster.controlPlane.createNamespace('short', { [KEY]: 'enabled' });
    await alice(['annotate', 'namespace', 'short', 'note=x']);
    await alice([
      'patch',
      'namespace',
      'short',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":["example.com/hold"]}}',
    ]);
    expect(await alice(['delete', 'namespace', 'short', '--wait=false'])).toMatchObject({ code: 0 });
    const letGo = [
      'patch',
      'namespace',
      'short',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null,"labels":null}}',
    ];
    expect(await alice(letGo)).toMatchObject({ code: 0, stderr: '' });
    await until(async () => (await cluster.api.call('GET', '/api/v1/namespaces/short')).status === 404);
    const records = (await recordsIn(pillion.log)).filter(({ namespace }) => namespace === 'short');
    expect(records.map(({ reason }) => reason)).toContain('namespace-under-deletion');
  });
});

describe('whoever labels a namespace', () => {
  test('hears at once what was probably meant', async () => {
    await cluster.controlPlane.createNamespace('shop');
    expect(await alice(['label', 'namespace', 'shop', `${KEY}=enalbed`])).toEqual({
      code: 0,
      stdout: 'namespace/shop labeled\n',
      stderr: warned(
        `the label ${KEY} is "enalbed", which means nothing; probably "enabled" was meant: kubectl label namespace shop ${KEY}=enabled --overwrite`,
      ),
    });
    expect(await stampsOf('shop')).toEqual({});
  });

  test('hears how many injected pods run when the opt-in is taken away', async () => {
    await cluster.controlPlane.createNamespace('till', { [KEY]: 'enabled' });
    await webhookInForce(cluster.controlPlane, 'till');
    for (const name of ['one', 'two']) {
      const pod = simplePod(name, { annotations: ASKS });
      expect(await alice(['-n', 'till', 'create', '-f', '-'], pod)).toMatchObject({ code: 0 });
    }
    expect(await alice(['-n', 'till', 'create', '-f', '-'], simplePod('silent'))).toMatchObject({ code: 0 });
    expect(await alice(['label', 'namespace', 'till', `${KEY}-`])).toEqual({
      code: 0,
      stdout: 'namespace/till unlabeled\n',
      stderr: warned(
        '2 pods with a sidecar run in namespace till; each keeps its sidecar until it is created anew, and then has none',
      ),
    });
  });

  test('hears that a protected namespace is never injected', async () => {
    expect((await alice(['label', 'namespace', 'kube-public', `${KEY}=enabled`])).stderr).toBe(
      warned('namespace kube-public is protected: its pods are never injected, so the label has no effect'),
    );
  });
});

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${pillion.opsPort}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length),
  );
};
const UNFITTING = 'pillion_namespaces_with_unfitting_stamps';
const opening = JSON.stringify({ metadata: { labels: { [KEY]: 'enabled' } } });

describe('a change that passes Pillion by', () => {
  test('through a subresource is found when the watch sees it', async () => {
    await cluster.controlPlane.createNamespace('aside');
    const before = await metric(UNFITTING);
    const patch = ['patch', 'namespace', 'aside', '--subresource=status', '--type=merge', '-p', opening];
    expect(await alice(patch)).toMatchObject({ code: 0, stderr: '' });
    const unseen = async () => (await recordsIn(pillion.log)).filter(({ hook }) => hook === 'watch');
    await until(async () => (await unseen()).length > 0);
    expect(await unseen()).toEqual([
      expect.objectContaining({
        verdict: 'allow',
        reason: 'opt-in-changed-unseen',
        also: ['namespace-opened'],
        namespace: 'aside',
        user: '',
        inputs: expect.objectContaining({ namespaceLabels: { [KEY]: 'enabled' }, previousNamespaceLabels: {} }),
      }),
    ]);
    await until(async () => (await metric(UNFITTING)) === before + 1);
    expect(await metric('pillion_opt_in_changes_unseen_total{change="opened"}')).toBe(1);
  });

  test('while Pillion is down is counted when it starts, and a stricter policy refuses', async () => {
    await cluster.controlPlane.createNamespace('night');
    await pillion.process.stop();
    expect(await alice(['label', 'namespace', 'night', `${KEY}=enabled`])).toMatchObject({ code: 0 });
    const policy = join(cluster.controlPlane.folder, 'policy.yaml');
    const mayLabel = { groups: ['mesh-admins', 'system:masters'], others: 'Deny' as const };
    const namespaces = { ...STRICT, mayLabel };
    await writeFile(policy, policyFile({ spec: { namespaces } }));
    pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', policy] });
    await inForce();
    // this one, the one of the test before, and the one that was there first
    expect(await metric(UNFITTING)).toBe(3);
    expect(await readFile(pillion.log, 'utf8')).toContain('"count":3,"namespaces":["aside","canary","night"]');
  });

  const refusal = (text: string) => ({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(
      `Error from server (Forbidden): admission webhook "namespaces.pillion.io" denied the request: ${text}`,
    ),
  });

  test('by somebody who may not is refused by that policy, and an unrelated edit is not', async () => {
    await cluster.controlPlane.createNamespace('strict');
    expect(await alice(['label', 'namespace', 'strict', `${KEY}=enabled`])).toEqual(
      refusal(
        'may-not-label: it is made by somebody who may not: "alice" is in none of the groups that may change the opt-in: "mesh-admins", "system:masters". Ask somebody of such a group',
      ),
    );
    expect(await alice(['label', 'namespace', 'strict', 'team=a'])).toMatchObject({ code: 0, stderr: '' });
    expect(await cluster.controlPlane.kubectl(['label', 'namespace', 'strict', `${KEY}=enalbed`])).toEqual(
      refusal(
        `label-value-invalid: it gives the opt-in label a wrong value: the label ${KEY} is "enalbed", which means nothing; probably "enabled" was meant. Set one of the values that count, or remove the label. (record `,
      ),
    );
    await cluster.controlPlane.kubectl(['label', 'namespace', 'strict', `${KEY}=enabled`]);
    expect(await stampsOf('strict')).toEqual(enabledBy('admin'));
    expect(await alice(['label', 'namespace', 'strict', 'team=b', '--overwrite'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    await webhookInForce(cluster.controlPlane, 'strict');
    await alice(['-n', 'strict', 'create', '-f', '-'], simplePod('one', { annotations: ASKS }));
    expect(await cluster.controlPlane.kubectl(['label', 'namespace', 'strict', `${KEY}-`])).toEqual(
      refusal(
        'removal-while-injected: it takes away the opt-in while pods with a sidecar run: 1 pod with a sidecar runs',
      ),
    );
    expect(await stampsOf('strict')).toEqual(enabledBy('admin'));
  });
});
