import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { type ClientAuthority, clientAuthority } from './dashboard/client-certificate.ts';
import { type Installed, install, kubeconfigOf, NAMESPACE, register } from './dashboard/installed.ts';
import { type OpenedDashboard, openDashboard } from './dashboard/opened-dashboard.ts';
import { eventually } from './eventually.ts';
import { testCluster } from './test-cluster.ts';

let installed: Installed;
// the node ends before its cluster
afterAll(() => installed?.stop());
let clients: ClientAuthority;
afterAll(() => clients?.remove());
const cluster = testCluster({ [NAMESPACE]: {} }, async () => {
  clients = await clientAuthority();
  return [`--client-ca-file=${clients.file}`];
});
let opened: OpenedDashboard | undefined;

beforeAll(async () => {
  installed = await install(cluster);
});

afterEach(async () => {
  opened?.process.kill('SIGKILL');
  opened = undefined;
  await installed.removeAll();
});

const refused = (kubeconfig: string, ...args: readonly string[]) =>
  pillion(['dashboard', '--kubeconfig', kubeconfig, '--port', '0', ...args]);
const asAdmin = (...args: readonly string[]) => refused(cluster.controlPlane.kubeconfig, ...args);

async function open(kubeconfig: string, ...args: readonly string[]): Promise<OpenedDashboard> {
  opened = await openDashboard(['--kubeconfig', kubeconfig, '--port', '0', ...args]);
  await opened.enter();
  return opened;
}

const tokenSeen = async (dashboard: OpenedDashboard): Promise<string> => {
  const { headers } = JSON.parse((await dashboard.ask('/api/v1/asked')).text) as { headers: { authorization: string } };
  return headers.authorization.replace('Bearer ', '');
};

/** A service account with the token of it, and what it may do in Pillion’s namespace and in the cluster. */
async function account(name: string, rules: { readonly own: readonly object[]; readonly cluster: readonly object[] }) {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const subjects = [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }];
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const metadata = { name };
  const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
  const made: readonly (readonly [string, object])[] = [
    [accounts, { metadata }],
    [`${rbac}/namespaces/${NAMESPACE}/roles`, { metadata, rules: rules.own }],
    [`${rbac}/namespaces/${NAMESPACE}/rolebindings`, { metadata, subjects, roleRef: roleRef('Role') }],
    [`${rbac}/clusterroles`, { metadata, rules: rules.cluster }],
    [`${rbac}/clusterrolebindings`, { metadata, subjects, roleRef: roleRef('ClusterRole') }],
  ];
  for (const [path, object] of made)
    expect(await cluster.api.call('POST', path, object)).toMatchObject({ status: 201 });
  const { body } = await cluster.api.call('POST', `${accounts}/${name}/token`, { spec: {} });
  return kubeconfigOf(cluster, name, { token: (body.status as { token: string }).token });
}

/** Whether the API server is of this version or a newer one. */
async function isFrom(wantedMajor: number, wantedMinor: number): Promise<boolean> {
  const { body } = await cluster.api.call('GET', '/version');
  const [major, minor] = [body.major, body.minor].map((number) => Number.parseInt(String(number), 10));
  return major !== wantedMajor ? Number(major) > wantedMajor : Number(minor) >= wantedMinor;
}

const LIST = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
const FORWARD = { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] };
const READ = {
  apiGroups: ['admissionregistration.k8s.io'],
  resources: ['mutatingwebhookconfigurations'],
  resourceNames: ['zz-pillion-inject'],
  verbs: ['get'],
};

test('a right that is missing is told with the rule that grants it, and all of them together suffice', async () => {
  await installed.pod('pillion-a');
  const user = `system:serviceaccount:${NAMESPACE}:`;
  const table = [
    ['nothing', { own: [], cluster: [] }, `list pods in the namespace ${NAMESPACE}`, LIST],
    ['list', { own: [LIST], cluster: [] }, 'read a webhook configuration', READ],
    ['trust', { own: [LIST], cluster: [READ] }, `forward a port of a pod in the namespace ${NAMESPACE}`, FORWARD],
    // before that version get is enough for a port to be forwarded
    ...((await isFrom(1, 35))
      ? ([
          ['get', { own: [LIST, { ...FORWARD, verbs: ['get'] }], cluster: [READ] }, 'forward a port of a pod', FORWARD],
        ] as const)
      : []),
  ] as const;
  for (const [name, rules, right, rule] of table) {
    const { exit, stdout, stderr } = await refused(await account(name, rules));
    expect({ name, exit, stdout }).toEqual({ name, exit: 4, stdout: '' });
    expect(stderr).toContain(`${user}${name} may not ${right}`);
    expect(stderr).toContain(JSON.stringify(rule));
    expect(stderr).toContain('docs/dashboard-command.md');
  }
  const all = await open(await account('all', { own: [LIST, FORWARD], cluster: [READ] }));
  expect(await all.ask('/')).toMatchObject({ status: 200 });
});

test('without a pod that is ready, or a dashboard in it, it is told what to do', async () => {
  expect(await asAdmin()).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining(
      `there is no pod of Pillion in the namespace ${NAMESPACE}; name another by --own-namespace`,
    ),
  });
  await installed.pod('pillion-a', { ready: false });
  expect(await asAdmin()).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining(
      `the one pod of Pillion in ${NAMESPACE} is not ready; look at kubectl -n ${NAMESPACE} get pods`,
    ),
  });
  await installed.pod('pillion-b', { off: true });
  expect(await asAdmin()).toMatchObject({ exit: 4, stderr: expect.stringContaining('the dashboard is switched off') });
});

test('a pod that does not prove itself gets nothing', async () => {
  await installed.pod('pillion-a');
  const { authority } = await issueSelfSigned({ names: ['other'], now: new Date() });
  const files = { 'other-ca.crt': authority, 'none.crt': 'no certificate' };
  const asked = (file: string) =>
    pillion(['dashboard', '--kubeconfig', cluster.controlPlane.kubeconfig, '--ca', file], { files });
  expect(await asked('other-ca.crt')).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('does not prove that it is Pillion'),
  });
  expect(await asked('none.crt')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('--ca none.crt holds no certificate'),
  });
});

test('an authority that is replaced while the dashboard is open is followed', async () => {
  await installed.pod('pillion-a');
  const dashboard = await open(cluster.controlPlane.kubeconfig);
  expect(await dashboard.ask('/')).toMatchObject({ status: 200 });
  const next = await issueSelfSigned({ names: [`pillion.${NAMESPACE}.svc`], now: new Date() });
  await register(cluster.api, next.authority);
  await installed.remove('pillion-a');
  await installed.pod('pillion-b', { pair: next.pair });
  expect(await dashboard.ask('/')).toMatchObject({ status: 200, text: expect.stringContaining('pillion-b') });
  await register(cluster.api, installed.authority);
});

test('a user with a client certificate is told how to read, and does so as a service account or by a token of a file', async () => {
  await installed.pod('pillion-a');
  const kubeconfig = await kubeconfigOf(cluster, 'certificate', await clients.user('carol', 'system:masters'));
  expect(await refused(kubeconfig)).toMatchObject({
    exit: 4,
    stderr: expect.stringMatching(/has no token.*--token-file FILE.*--as-service-account NAME/),
  });
  const account = await open(kubeconfig, '--as-service-account', 'kube-system/default');
  const token = await tokenSeen(account);
  const { body } = await cluster.api.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token } });
  expect(body.status).toMatchObject({
    authenticated: true,
    user: { username: 'system:serviceaccount:kube-system:default' },
  });
  account.process.kill('SIGKILL');

  const { tokens } = cluster.controlPlane;
  const file = join(cluster.launcher.guard.folder, 'token');
  await writeFile(file, `${tokens.alice}\n`);
  const dashboard = await open(kubeconfig, '--token-file', file);
  expect(await tokenSeen(dashboard)).toBe(tokens.alice);
  // somebody renews it
  await writeFile(file, tokens.admin);
  expect(await tokenSeen(dashboard)).toBe(tokens.admin);
});

test.each([
  [['--token-file', 'nowhere'], 4, 'cannot read --token-file nowhere'],
  [['--token-file', 'two words'], 4, '--token-file two words holds no token: it has to be one word'],
  [['--as-service-account', 'a/b/c'], 2, '--as-service-account a/b/c is not of the form [NAMESPACE/]NAME'],
  [['--as-service-account', 'nobody'], 4, 'serviceaccounts "nobody" not found'],
  [['--as-service-account', 'a', '--token-file', 'b'], 2, 'give either --token-file or --as-service-account'],
] as const)('%j is told to be no token', async (args, exit, says) => {
  const all = ['dashboard', '--kubeconfig', cluster.controlPlane.kubeconfig, ...args];
  expect(await pillion(all, { files: { 'two words': 'two words' } })).toMatchObject({
    exit,
    stderr: expect.stringContaining(says),
  });
});

test('whoever acts as another user is told that the dashboard sees whose token it is', async () => {
  await installed.pod('pillion-a');
  const { admin } = cluster.controlPlane.tokens;
  const dashboard = await open(await kubeconfigOf(cluster, 'acting', { token: admin, as: 'alice' }));
  expect(await tokenSeen(dashboard)).toBe(admin);
  expect(dashboard.stderr()).toContain('alice');
});

test('a token of a credential plugin is renewed when it ends, and one that is refused is told', async () => {
  await installed.pod('pillion-a');
  const { admin, alice } = cluster.controlPlane.tokens;
  const folder = cluster.launcher.guard.folder;
  const [plugin, given] = [join(folder, 'plugin.mjs'), join(folder, 'given.json')];
  const give = (token: string, lastsMs: number) =>
    writeFile(given, JSON.stringify({ token, expirationTimestamp: new Date(Date.now() + lastsMs).toISOString() }));
  await writeFile(
    plugin,
    `import { readFileSync } from 'node:fs';
     const status = JSON.parse(readFileSync(${JSON.stringify(given)}, 'utf8'));
     process.stdout.write(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));`,
  );
  const exec = {
    ...{ apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' },
    ...{ command: process.execPath, args: [plugin] },
  };
  await give(admin, 5_000);
  const dashboard = await open(await kubeconfigOf(cluster, 'plugin', { exec }));
  expect(await tokenSeen(dashboard)).toBe(admin);
  await give(alice, 600_000);
  await eventually('the token that ended is replaced', async () => (await tokenSeen(dashboard)) === alice);
});

test('a token that the dashboard does not accept is told once', async () => {
  await installed.pod('pillion-a');
  const file = join(cluster.launcher.guard.folder, 'expired');
  await writeFile(file, 'expired');
  const dashboard = await open(cluster.controlPlane.kubeconfig, '--token-file', file);
  expect(await dashboard.ask('/api/v1/asked')).toMatchObject({ status: 401 });
  expect(await dashboard.ask('/api/v1/asked')).toMatchObject({ status: 401 });
  expect(dashboard.stderr().match(/does not accept your token/g)).toHaveLength(1);
});
