import { callApi } from '../controlplane/api.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';

const WITHIN_MS = 60_000;

/**
 * Resolves when the API server calls the webhook for pods of this namespace: a registration takes up to a second until every
 * part of the API server knows it. Nothing is created: the pod is a dry run.
 */
export async function webhookInForce(controlPlane: ControlPlane, namespace: string): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'canary', annotations: { 'sidecar.istio.io/inject': 'true' } },
    spec: { containers: [{ name: 'app', image: 'registry.example/canary:1' }] },
  };
  let last = '';
  while (Date.now() < deadline) {
    const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
    const { url, ca, tokens } = controlPlane;
    const { body } = await callApi({ url, ca, token: tokens.admin }, 'POST', path, pod);
    if (body.includes('pillion.io/status')) return;
    last = body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the API server does not call the webhook after ${WITHIN_MS / 1000} s; its last answer: ${last}`);
}
