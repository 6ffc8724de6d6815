import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explanationOf } from '../../src/core/decision/reasons.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { kubeconfig } from '../controlplane/users.ts';
import { http2Caller } from '../https/callers.ts';
import { askingPod, responseIn, reviewOf } from '../https/reviews.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { eventually } from './eventually.ts';
import { counterOf } from './metrics.ts';
import { type PillionLauncher, type PillionProcess, pillionLauncher } from './pillion-process.ts';
import { createPod } from './pod-load.ts';
import { policyFile } from './policy-file.ts';
import { webhookInForce } from './registered.ts';

const ACCOUNT = { namespace: 'default', name: 'pillion' };
const ROLES = '/apis/rbac.authorization.k8s.io/v1';
const ROUNDS = 5;

let controlPlane: ControlPlane;
let api: ApiClient;
let launcher: PillionLauncher;
let refusing: PillionProcess;
let admitting: PillionProcess;

const mayDo = (namespaceVerbs: readonly string[]) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: ACCOUNT.name },
  rules: [
    { apiGroups: [''], resources: ['namespaces'], verbs: namespaceVerbs },
    { apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] },
    { apiGroups: ['admissionregistration.k8s.io'], resources: ['*'], verbs: ['*'] },
  ],
});

/** A kubeconfig of an account that may list namespaces once and read each, but not watch them: what it lists grows old. */
async function accountWithoutWatch(): Promise<string> {
  const { namespace, name } = ACCOUNT;
  await api.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  await api.call('POST', `${ROLES}/clusterroles`, mayDo(['list', 'get']));
  await api.call('POST', `${ROLES}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', namespace, name }],
  });
  const { body } = await api.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    spec: { expirationSeconds: 3600 },
  });
  const { token } = body.status as { readonly token: string };
  const file = join(controlPlane.folder, 'kubeconfig-without-watch');
  await writeFile(file, kubeconfig(controlPlane.url, controlPlane.ca, [{ name, groups: [], token }]), { mode: 0o600 });
  await eventually('the account may read namespaces', () => mayGet(true));
  return file;
}

async function mayGet(expected: boolean): Promise<boolean> {
  const { body } = await api.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    spec: {
      user: `system:serviceaccount:${ACCOUNT.namespace}:${ACCOUNT.name}`,
      resourceAttributes: { verb: 'get', resource: 'namespaces', name: 'nowhere' },
    },
  });
  return (body.status as { readonly allowed: boolean }).allowed === expected;
}

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = apiClient(controlPlane);
  launcher = await pillionLauncher({ ...controlPlane, kubeconfig: await accountWithoutWatch() });
  await controlPlane.createNamespace('known', { 'istio-injection': 'enabled' });
  const policy = join(launcher.guard.folder, 'admitting.yaml');
  await writeFile(policy, policyFile({ spec: { onError: 'Admit', finalState: 'Warn' } }));
  refusing = await launcher.start({ register: 'https://127.0.0.1:PORT' });
  admitting = await launcher.start({ args: ['--policy', policy] });
  await webhookInForce(controlPlane, 'known');
});

afterAll(async () => {
  api?.close();
  await Promise.all([launcher?.guard.stop(), controlPlane?.stop()]);
});

const readsOf = async ({ opsPort }: PillionProcess, result: string) =>
  (await counterOf(opsPort, 'pillion_namespace_reads_total')).get(`{result="${result}"}`) ?? 0;

test('a pod that is created at once in a new namespace gets its sidecar', async () => {
  const found = await readsOf(refusing, 'found');
  for (let round = 0; round < ROUNDS; round++) {
    const name = `new-${round}`;
    const metadata = { name, labels: { 'istio-injection': 'enabled' } };
    expect(await api.call('POST', '/api/v1/namespaces', { metadata })).toMatchObject({ status: 201 });
    expect(await createPod(api, name, 'at-once', true)).toMatchObject({ outcome: 'injected' });
  }
  // without a watch no other way leads to these labels
  expect((await readsOf(refusing, 'found')) - found).toBeGreaterThanOrEqual(ROUNDS);
});

const signal = (name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL') =>
  void process.kill(controlPlane.pids['kube-apiserver'], name);
const reachable = () =>
  api.call('GET', '/livez').then(
    () => true,
    () => false,
  );

/** States of the API server in which a namespace cannot be read, the last of which stays. */
const STATES: readonly {
  readonly title: string;
  readonly result: string;
  readonly says: string;
  readonly begin?: () => Promise<void>;
  readonly end?: () => void;
}[] = [
  {
    title: 'knows no such namespace',
    result: 'absent',
    says: 'the API server knows no namespace "nowhere"',
  },
  {
    title: 'hangs',
    result: 'timeout',
    says: 'namespace "nowhere" could not be read within 1000 ms',
    begin: async () => signal('SIGSTOP'),
    end: () => signal('SIGCONT'),
  },
  {
    title: 'forbids the read',
    result: 'failed',
    says: 'is forbidden',
    begin: async () => {
      await api.call('PATCH', `${ROLES}/clusterroles/${ACCOUNT.name}`, mayDo(['list']));
      await eventually('the account may not read namespaces', () => mayGet(false));
    },
  },
  {
    title: 'is away',
    result: 'failed',
    says: 'cannot reach the API server',
    begin: async () => {
      signal('SIGKILL');
      await eventually('the API server is away', async () => !(await reachable()));
    },
  },
];

describe.each(STATES)('a forged review that names an unknown namespace, while the API server $title', (state) => {
  const { result, says } = state;
  beforeAll(async () => state.begin?.());
  afterAll(() => state.end?.());

  async function answerOf(pillion: PillionProcess) {
    const reads = await readsOf(pillion, result);
    const caller = http2Caller(`https://127.0.0.1:${pillion.port}`, launcher.authority);
    const review = reviewOf(askingPod(), 'nowhere');
    const answer = responseIn((await caller.call('/inject', review.json)).text);
    caller.close();
    expect(answer.uid).toBe(review.uid);
    expect(answer).not.toHaveProperty('patch');
    // counted after the answer
    await eventually('the read is counted', async () => (await readsOf(pillion, result)) > reads);
    expect((await readsOf(pillion, result)) - reads).toBe(1);
    return answer;
  }

  test('is refused with what to do, as onError: Refuse says', async () => {
    const { allowed, status } = await answerOf(refusing);
    const { code, message } = status as { readonly code: number; readonly message: string };
    expect({ allowed, code }).toEqual({ allowed: false, code: 500 });
    expect(message).toMatch(/^namespace-unknown: /);
    expect(message).toContain(says);
    expect(message).toContain(explanationOf('namespace-unknown').hint);
  });

  test('is admitted with a warning, as onError: Admit says', async () => {
    const { allowed, warnings } = await answerOf(admitting);
    expect({ allowed, warnings }).toEqual({
      allowed: true,
      warnings: [expect.stringMatching(/^pillion: namespace-unknown: /)],
    });
  });
});
