import { beforeAll } from '@jest/globals';
import { decide } from '../../src/core/decision/decide.ts';
import { subjectOf } from '../../src/core/decision/subject.ts';
import type { Pod } from '../../src/core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { REGISTERED_NAMES } from '../../src/core/registration/names.ts';
import type { AdmissionPolicy } from '../../src/core/registration/objects.ts';
import { edited } from '../../src/core/sidecar/edit.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import { rendered } from '../core-fixtures/matching-hooks.ts';
import type { Answer } from './api-client.ts';
import { ASKS, simplePod } from './pods.ts';
import { type TestCluster, testCluster } from './test-cluster.ts';

/** Namespaces in the states that an opt-in rule tells apart. */
export const NAMESPACES: Readonly<Record<string, Record<string, string>>> = {
  unlabelled: {},
  enabled: { 'istio-injection': 'enabled' },
  disabled: { 'istio-injection': 'disabled' },
  misspelt: { 'istio-injection': 'enalbed' },
  'our-revision': { 'istio.io/rev': 'default' },
  'other-revision': { 'istio.io/rev': 'canary' },
  'enabled-and-other-revision': { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' },
};

/** A cluster with these namespaces, in which nobody starts Pillion: the API server holds the policy alone. */
export function clusterWithoutPillion(): TestCluster {
  const cluster = testCluster(NAMESPACES);
  beforeAll(() => cluster.controlPlane.waitForServiceAccount('kube-public'));
  return cluster;
}

export const podsOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

/** A pod that asks by annotation. */
export const asking = (more: Parameters<typeof simplePod>[1] = {}) =>
  simplePod('tried', { ...more, annotations: { ...ASKS, ...more.annotations } });

/** The spec of a pod with one more container. */
export const beside = (container: object) => ({
  containers: [{ name: 'app', image: 'registry.example/app:1' }, container],
});

/** What Pillion would decide about a pod in one of the namespaces. */
export function decisionOf(pod: object, namespace: string, policy: ActivePolicy) {
  const labels = NAMESPACES[namespace] ?? {};
  const subject = subjectOf(pod as Pod, { name: namespace, labels }, policy, '0'.repeat(16));
  return { ...decide(subject), subject };
}

/** The pod as Pillion would have injected it. */
export function injected(pod: object, policy: ActivePolicy): Pod {
  const edit = decisionOf(pod, 'enabled', policy).subject.edit();
  if (edit === undefined) throw new Error('there is nothing to inject into the pod of a test');
  return edited(pod as Pod, edit);
}

/** The status of an answer, and every text in it that somebody reads. */
export const told = ({ status, body, warnings }: Answer) => ({
  status,
  text: [...(status < 300 ? [] : [String(body.message)]), ...warnings].join('\n'),
});

const WITHIN_MS = 90_000;

/** What the API server holds by itself under a policy: its policies and their bindings, without a webhook. */
const inTreeObjects = (policy: ActivePolicy) => rendered(policy).filter((object) => !('webhooks' in object));

/** Makes an API server hold a policy without Pillion: applies what is rendered, removes the rest, and waits until it is in force. */
export async function applyInTree(controlPlane: ControlPlane, policy: ActivePolicy): Promise<void> {
  const objects = inTreeObjects(policy);
  await applied(controlPlane, objects);
  const kept = new Set(objects.map(({ metadata }) => metadata.name));
  const others = REGISTERED_NAMES.filter((name) => !kept.has(name)).flatMap((name) => [
    `validatingadmissionpolicybinding/${name}`,
    `validatingadmissionpolicy/${name}`,
  ]);
  await succeeded(controlPlane.kubectl(['delete', '--ignore-not-found', ...others]));
  await inForce(controlPlane);
}

/** What the API server found wrong with the types of expressions, by the names of the policies; waits until it has looked. */
export async function typeWarnings(controlPlane: ControlPlane): Promise<Record<string, unknown>> {
  const deadline = Date.now() + WITHIN_MS;
  while (Date.now() < deadline) {
    const { stdout } = await succeeded(controlPlane.kubectl(['get', 'validatingadmissionpolicies', '-o', 'json']));
    const { items } = JSON.parse(stdout) as { items: readonly Checked[] };
    if (items.every(({ metadata, status }) => status?.observedGeneration === metadata.generation))
      return Object.fromEntries(
        items.map(({ metadata, status }) => [metadata.name, status?.typeChecking?.expressionWarnings ?? []]),
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the types of expressions were not checked in ${WITHIN_MS / 1000} s; read the controllers' log`);
}

type Checked = AdmissionPolicy & {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly typeChecking?: { readonly expressionWarnings?: unknown };
  };
};

let markers = 0;

/**
 * Resolves when everything written so far is in force. The API server reads its policies anew about once a second, all at once
 * and in the order in which they were written: so what was written before a marker is in force when the marker is.
 */
async function inForce(controlPlane: ControlPlane): Promise<void> {
  markers += 1;
  const name = `marker-${markers}`;
  const [apiVersion, metadata] = ['admissionregistration.k8s.io/v1', { name }];
  const rule = { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] };
  const validations = [{ expression: `object.metadata.name != '${name}'`, message: name }];
  await applied(controlPlane, [
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicy', metadata },
      spec: { matchConstraints: { resourceRules: [rule] }, validations },
    },
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ]);
  const deadline = Date.now() + WITHIN_MS;
  const created = () => controlPlane.kubectl(['create', 'configmap', name, '--dry-run=server', '-n', 'default']);
  const refused = async () => (await created()).stderr.includes(`ValidatingAdmissionPolicy '${name}'`);
  while (!(await refused()))
    if (Date.now() > deadline) throw new Error(`the policy is not in force after ${WITHIN_MS / 1000} s`);
  await succeeded(
    controlPlane.kubectl(['delete', `validatingadmissionpolicybinding/${name}`, `validatingadmissionpolicy/${name}`]),
  );
}

async function applied(controlPlane: ControlPlane, objects: readonly object[]): Promise<void> {
  const items = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await succeeded(controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], items));
}

async function succeeded(outcome: ReturnType<ControlPlane['kubectl']>): ReturnType<ControlPlane['kubectl']> {
  const result = await outcome;
  if (result.code !== 0) throw new Error(`kubectl failed: ${result.stderr}`);
  return result;
}
