import { beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { eventually } from './eventually.ts';
import { ownKinds, POLICIES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { recordsIn } from './records.ts';
import { testCluster } from './test-cluster.ts';

const cluster = testCluster();
let pillion: PillionProcess;

const object = (spec: object) => ({ ...parse(DEFAULT_POLICY), spec });

beforeAll(async () => {
  await ownKinds(cluster.api);
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await eventually('the API server asks about our own objects', async () => {
    const { status } = await cluster.api.call('POST', `${POLICIES}?dryRun=All`, object({ onError: 'Ignore' }));
    return status === 403;
  });
});

const apply = (manifest: object, ...flags: string[]) =>
  cluster.controlPlane.kubectl(['apply', ...flags, '-f', '-'], JSON.stringify(manifest));

const annotations = async () => {
  const { body } = await cluster.api.call('GET', `${POLICIES}/default`);
  return (body.metadata as { readonly annotations: Record<string, string> }).annotations;
};

test('kubectl apply of a policy that cannot be read is refused with every place', async () => {
  const { code, stderr } = await apply(object({ onError: 'Ignore', finalState: 'deny' }));
  expect(code).toBe(1);
  expect(stderr).toContain('/spec/onError: is "Ignore"; accepted: Refuse, Admit');
  expect(stderr).toContain('/spec/finalState: is "deny"; accepted: Deny, Warn, Off');
});

test('one that can be read is stored with who and when, and is said not to be in force', async () => {
  const { code, stderr } = await apply(object({ finalState: 'Warn' }), '--context=alice');
  expect(code).toBe(0);
  expect(stderr).toContain('Warning: pillion: the object is valid and stored, and not in force');
  expect(await annotations()).toMatchObject({ 'pillion.io/changed-by': 'alice' });
});

test('another person who applies the same again or relabels it does not become its author, who changes it does', async () => {
  await apply(object({ finalState: 'Warn' }));
  await cluster.controlPlane.kubectl(['label', 'injectionpolicies/default', 'team=mesh']);
  await cluster.controlPlane.kubectl(['replace', '-f', '-'], JSON.stringify(object({ finalState: 'Warn' })));
  expect(await annotations()).toMatchObject({ 'pillion.io/changed-by': 'alice' });
  expect(await apply(object({ finalState: 'Off' }))).toMatchObject({ code: 0 });
  expect(await annotations()).toMatchObject({ 'pillion.io/changed-by': 'admin' });
});

test('a bare Off, which kubectl reads as false, is answered with what to write', async () => {
  const manifest = stringify(object({ finalState: 'Off' }), { version: '1.2' });
  const { stderr } = await cluster.controlPlane.kubectl(['apply', '-f', '-'], manifest);
  expect(stderr).toContain('/spec/finalState: is false; accepted: Deny, Warn, Off; write "Off" in quotation marks');
});

test('it can be deleted, and every change is in the records', async () => {
  expect(await cluster.controlPlane.kubectl(['delete', 'injectionpolicies/default'])).toMatchObject({ code: 0 });
  const records = (await recordsIn(pillion.log)).filter(({ hook, dryRun }) => hook === 'policies' && !dryRun);
  expect(records.map(({ user, verdict }) => `${user} ${verdict}`)).toEqual(
    expect.arrayContaining(['admin deny', 'alice allow', 'admin allow']),
  );
  expect(records.every((record) => record.object?.name === 'default')).toBe(true);
});
