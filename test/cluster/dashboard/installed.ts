import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { CertificatePair } from '../../../src/cluster/certificates/certificate-source.ts';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import type { ApiClient } from '../api-client.ts';
import type { TestCluster } from '../test-cluster.ts';
import { type Answers, type DashboardServer, startDashboardServer } from './dashboard-server.ts';
import { type KubeletNode, startKubeletNode } from './kubelet-node.ts';

export const NAMESPACE = 'pillion-system';
const PORT = 8081;

interface PodOptions {
  readonly off?: boolean;
  readonly ready?: boolean;
  readonly answers?: Answers;
  /** Another certificate than the others have. */
  readonly pair?: CertificatePair;
}

/** An installation, as far as whoever opens its dashboard sees it. */
export interface Installed {
  readonly node: KubeletNode;
  /** What is registered at first. */
  readonly authority: string;
  /** Makes a ready pod, whose dashboard is served unless it is switched off. */
  pod(name: string, options?: PodOptions): Promise<DashboardServer>;
  /** Takes a pod away, with what it serves. */
  remove(name: string): Promise<void>;
  removeAll(): Promise<void>;
  stop(): Promise<void>;
}

/** Registers a webhook with the authority of its pods, and starts a node for them. The namespace has to be there. */
export async function install({ api, launcher }: TestCluster): Promise<Installed> {
  const { authority, pair } = await issueSelfSigned({ names: [`pillion.${NAMESPACE}.svc`], now: new Date() });
  await register(api, authority);
  const node = await startKubeletNode(api, launcher.guard);
  const servers = new Map<string, DashboardServer>();
  const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
  const remove = async (name: string) => {
    servers.get(name)?.stop();
    servers.delete(name);
    await node.lead(`${NAMESPACE}/${name}`, PORT);
    await api.call('DELETE', `${path}/${name}`, { gracePeriodSeconds: 0 });
  };
  return {
    node,
    authority,
    remove,
    removeAll: async () => {
      for (const name of [...servers.keys()]) await remove(name);
    },
    pod: async (name, { off = false, ready = true, pair: own = pair, answers } = {}) => {
      const server = await startDashboardServer(own, name, answers);
      servers.set(name, server);
      await node.lead(`${NAMESPACE}/${name}`, PORT, off ? undefined : server.address);
      expect(await api.call('POST', path, podObject(name, node.name))).toMatchObject({ status: 201 });
      const condition = { type: 'Ready', status: ready ? 'True' : 'False' };
      const status = { phase: 'Running', conditions: [condition] };
      expect(await api.call('PATCH', `${path}/${name}/status`, { status })).toMatchObject({ status: 200 });
      return server;
    },
    stop: async () => {
      for (const server of servers.values()) server.stop();
      await node.stop();
    },
  };
}

/** Replaces what the API server trusts when it calls Pillion. */
export async function register(api: ApiClient, authority: string): Promise<void> {
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  const name = 'zz-pillion-inject';
  await api.call('DELETE', `${path}/${name}`);
  const answer = await api.call('POST', path, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'pillion' } },
    webhooks: [
      {
        name: 'inject.pillion.io',
        ...{ admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Ignore' },
        // it is here to be read, not called
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'nowhere' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        clientConfig: {
          caBundle: Buffer.from(authority).toString('base64'),
          service: { namespace: NAMESPACE, name: 'pillion', port: 443, path: '/' },
        },
      },
    ],
  });
  expect(answer).toMatchObject({ status: 201 });
}

const podObject = (name: string, nodeName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/component': 'webhook' } },
  spec: { nodeName, containers: [{ name: 'pillion', image: 'registry.example/pillion:1' }] },
});

/** A kubeconfig of somebody else, as a file. */
export async function kubeconfigOf(
  { controlPlane, launcher }: TestCluster,
  name: string,
  user: object,
): Promise<string> {
  const cluster = {
    server: controlPlane.url,
    'certificate-authority-data': Buffer.from(controlPlane.ca).toString('base64'),
  };
  const file = join(launcher.guard.folder, `${name}.kubeconfig`);
  await writeFile(
    file,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c' },
      clusters: [{ name: 'c', cluster }],
      users: [{ name, user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: name } }],
    }),
  );
  return file;
}
