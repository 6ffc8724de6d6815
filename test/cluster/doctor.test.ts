import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DOCTOR_CHECKS, GROUPS } from '../../src/core/doctor/catalogue.ts';
import { freePort } from '../processes/free-port.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { type Ailment, nothing } from './doctor/ailment.ts';
import { CALL_AILMENTS } from './doctor/call-ailments.ts';
import { INSTALLATION_AILMENTS } from './doctor/installation-ailments.ts';
import { NAMESPACE_AILMENTS } from './doctor/namespace-ailments.ts';
import { sayingVersion, urlOf } from './doctor/other-version.ts';
import { POLICY_AILMENTS } from './doctor/policy-ailments.ts';
import { doctor, found, grantRights, kubeconfigText, label, makeDeployment } from './doctor/site.ts';
import { STOPPED_AILMENTS } from './doctor/stopped-ailments.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import { HAS_MUTATING_POLICIES } from './mutating-policies.ts';
import { ownKinds } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const cluster = testCluster({ shop: ENABLED, quiet: {}, [OWN_NAMESPACE]: {} });
let pillion: PillionProcess;

beforeAll(async () => {
  await makeOwner(cluster.api);
  await ownKinds(cluster.api);
  await grantRights(cluster);
  await makeDeployment(cluster);
  pillion = await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    selfSigned: true,
    args: [...INSTALLED, '--drain-seconds', '0'],
  });
  await webhookInForce(cluster.controlPlane, 'shop');
  await eventually('there is nothing to find', async () => found(await doctor(cluster)).length === 0);
});

test('of a healthy installation every check is fine, and says what it saw', async () => {
  const { exit, grade, checks } = await doctor(cluster, { args: ['--strict'] });
  expect([exit, grade]).toEqual([0, 'ok']);
  const said = Object.fromEntries(checks.map(({ code, says }) => [code, says]));
  expect(said).toEqual({
    DOC001: expect.stringMatching(/^the API server is Kubernetes v1\.\d+/),
    DOC002: 'the clocks agree within seconds',
    DOC010: '2 of 2 replicas are ready; they run pillion:0.1.0',
    DOC011: expect.stringMatching(/^the replicas and this command line are \d/),
    DOC012:
      'injectionpolicies.pillion.io, sidecarprofiles.pillion.io, rolloutplans.pillion.io, injectionreports.pillion.io are as this version knows them',
    DOC013: 'ServiceAccount pillion-system/pillion has every right that it needs',
    DOC014: expect.stringMatching(/registers$/),
    DOC015: 'there is no NetworkPolicy in pillion-system',
    DOC020: expect.stringMatching(/^policy default, revision [0-9a-f]+$/),
    DOC021: 'the built-in policy decides, which has no status',
    DOC022: 'the built-in policy decides, and replicas say nothing about it',
    DOC030: expect.stringMatching(/^all \d+ objects stand as policy default renders them$/),
    DOC031: expect.stringMatching(/^nobody else writes the \d+ objects that Pillion keeps$/),
    DOC032: expect.stringMatching(/^all \d+ hooks fail and wait as the policy says$/),
    DOC033: 'no fallback is in force',
    DOC034: expect.stringMatching(/^the caBundle of all \d+ hooks is valid and trusts pillion-authority$/),
    DOC035: expect.stringMatching(/^the authority of Secret pillion-authority lasts 36[345] days$/),
    DOC036: expect.stringMatching(
      /^every caBundle trusts what is served at 127\.0\.0\.1:\d+; the first ends in 6 days$/,
    ),
    DOC037: 'no other injector selects the pods of Pillion',
    DOC038: 'no other webhook changes the pods of Pillion',
    DOC039: expect.stringMatching(/^a pod that asks in shop gets its sidecar, by policy default, revision/),
    DOC050: expect.stringMatching(/^1 of \d+ namespaces opted in$/),
    DOC051: 'no namespace has nearly the label istio-injection',
    DOC052: 'the level of 1 namespace allows the sidecar',
    DOC053: 'no quota bounds what sidecars take',
    DOC054: 'no LimitRange bounds sidecars',
    DOC055: 'every pod that asked has its sidecar',
  });
});

test('each entry of the JSON output has the documented fields and no others', async () => {
  const { checks } = await doctor(cluster);
  for (const { code, check, group, ...finding } of checks) {
    expect({ check, group }).toEqual({ check: DOCTOR_CHECKS[code].name, group: DOCTOR_CHECKS[code].group });
    expect(finding).toEqual({ grade: 'ok', says: expect.any(String) });
  }
});

test('a namespace that is named is looked at closely', async () => {
  const { exit, checks } = await doctor(cluster, { args: ['-n', 'shop'] });
  expect(exit).toBe(0);
  expect(checks.filter(({ code }) => code === 'DOC056').map(({ says }) => says)).toEqual([
    'shop opted in; 0 of its 0 pods have a sidecar',
    'profile envoy gives its pods istio-init and istio-proxy',
  ]);
});

test('for people what is fine stands in its group, and a last line counts', async () => {
  const args = ['doctor', '--kubeconfig', cluster.controlPlane.kubeconfig];
  const { exit, stdout } = await commandLine(args, { now: new Date() });
  expect(exit).toBe(0);
  const titles = stdout.split('\n').filter((line) => Object.values<string>(GROUPS).includes(line));
  expect(titles).toEqual(Object.values(GROUPS));
  expect(stdout).toMatch(/^27 checks, nothing is wrong$/m);
});

test('for people problems stand first, then warnings, each followed by the command to run next', async () => {
  await label(cluster, 'quiet', { 'istio-injection': 'enalbed' });
  const args = ['doctor', '--kubeconfig', cluster.controlPlane.kubeconfig, '--installed-as', 'another'];
  const { exit, stdout } = await commandLine(args, { now: new Date() });
  await label(cluster, 'quiet', { 'istio-injection': null });
  expect(exit).toBe(1);
  expect(stdout).toMatch(
    /^problem DOC010 replicas +there is no Deployment pillion-system\/another; .*\n +\$ kubectl get deployments/,
  );
  const grades = stdout.match(/^(?:problem|warning|skipped|ok)\b/gm) ?? [];
  const wrong = grades.filter((grade) => grade === 'problem' || grade === 'warning');
  expect(grades.slice(0, wrong.length)).toEqual(wrong.toSorted());
  expect(stdout).toMatch(/^27 checks: 2 problems, \d warnings, \d skipped\. Begin with DOC010/m);
});

test('a warning alone ends with 0, and with --strict with 1', async () => {
  const run = { now: new Date(Date.now() + 60_000) };
  const [lenient, strict] = [await doctor(cluster, run), await doctor(cluster, { ...run, args: ['--strict'] })];
  expect([lenient, strict].map(({ exit, grade }) => [exit, grade])).toEqual([
    [0, 'warning'],
    [1, 'warning'],
  ]);
});

/** Finds it while it lasts. When it is mended nothing is left, or, where no replica runs, nothing of its check. */
async function findAndMend(ailment: Ailment, left: 'nothing' | 'others') {
  const { begin, end } = ailment;
  try {
    await begin(cluster);
    await findIt(ailment);
  } finally {
    // what is not mended would be found by every later test
    await end(cluster);
  }
  // it was only looked at in another way
  if (end === nothing) return;
  let examination = await doctor(cluster);
  const remains = () => found(examination).filter(({ code }) => left === 'nothing' || code === ailment.code);
  await eventually('it is mended', async () => {
    if (remains().length > 0) examination = await doctor(cluster);
    return remains().length === 0;
  }).catch(() => expect(remains()).toEqual([]));
}

async function findIt({ code, grade, says, next, run = {} }: Ailment) {
  let examination = await doctor(cluster, run);
  const it = () => found(examination).find((each) => each.code === code && says.test(each.says));
  await eventually(`${code} finds it`, async () => {
    if (it() === undefined) examination = await doctor(cluster, run);
    return it() !== undefined;
  }).catch(() => expect(found(examination)).toContainEqual({ code, says: expect.stringMatching(says) }));
  expect(it()).toMatchObject({
    grade,
    ...(next !== undefined && { next: typeof next === 'string' ? next : expect.stringMatching(next) }),
  });
  expect(examination.exit).toBe(examination.grade === 'problem' ? 1 : 0);
}

const RUNNING = [...INSTALLATION_AILMENTS, ...POLICY_AILMENTS, ...CALL_AILMENTS, ...NAMESPACE_AILMENTS];

test.each(RUNNING)('$code: $name: that is found, and gone when it is mended', (ailment) =>
  findAndMend(ailment, 'nothing'),
);

test('DOC001: an API server that is too old', async () => {
  const server = await sayingVersion(cluster.controlPlane, 'v1.29.4');
  const file = join(cluster.controlPlane.folder, 'too-old.json');
  await writeFile(file, kubeconfigText(urlOf(server), cluster.controlPlane.ca, cluster.controlPlane.tokens.admin));
  const examination = await doctor(cluster, { kubeconfig: file });
  server.close();
  expect(found(examination)).toEqual([
    expect.objectContaining({ code: 'DOC001', grade: 'problem', says: expect.stringContaining('v1.29.4, older than') }),
  ]);
});

test('a right that is missing is told, and the other checks look', async () => {
  const { stdout: token } = await cluster.controlPlane.kubectl(['create', 'token', 'default', '-n', 'shop']);
  const file = join(cluster.controlPlane.folder, 'without-rights.json');
  await writeFile(file, kubeconfigText(cluster.controlPlane.url, cluster.controlPlane.ca, token.trim()));
  const { checks } = await doctor(cluster, { kubeconfig: file });
  expect(checks.find(({ code }) => code === 'DOC001')).toMatchObject({ grade: 'ok' });
  expect(checks.find(({ code }) => code === 'DOC010')).toMatchObject({
    grade: 'warning',
    says: expect.stringMatching(/^cannot look: .*cannot get resource "deployments"/),
  });
});

test('a cluster that cannot be reached ends it with its own exit code', async () => {
  const file = join(cluster.controlPlane.folder, 'unreachable.json');
  await writeFile(file, kubeconfigText(`https://127.0.0.1:${await freePort()}`, cluster.controlPlane.ca, 'nobody'));
  const { exit, stdout, stderr } = await commandLine(['doctor', '--kubeconfig', file]);
  expect([exit, stdout, stderr]).toEqual([4, '', expect.stringContaining('cannot reach the API server')]);
});

test('every check has something that breaks it', () => {
  const broken = new Set([...RUNNING, ...STOPPED_AILMENTS].map(({ code }) => code));
  const elsewhere = ['DOC001', ...(HAS_MUTATING_POLICIES ? [] : ['DOC033'])];
  expect([...broken, ...elsewhere].toSorted()).toEqual(Object.keys(DOCTOR_CHECKS).toSorted());
});

// last, since nobody starts it again
describe('without a running replica', () => {
  beforeAll(() => pillion.process.stop());

  test.each(STOPPED_AILMENTS)('$code: $name: that is found, and gone when it is mended', (ailment) =>
    findAndMend(ailment, 'others'),
  );
});
