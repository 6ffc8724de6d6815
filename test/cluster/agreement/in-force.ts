import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import { callsOf } from '../metrics.ts';
import type { PillionProcess } from '../pillion-process.ts';
import { ASKS, simplePod } from '../pods.ts';

const WITHIN_MS = 90_000;

// the API server reads policies anew about once a second (policy_source of its validating admission), and the hooks within that
const EVERY_PART_MS = 3_000;

/** Resolves when the API server calls this process at every door and evaluates the policies that it registered. */
export async function untilInForce(api: ApiClient, { opsPort }: PillionProcess): Promise<void> {
  const annotated = simplePod('canary', { annotations: ASKS });
  const { kind: _, apiVersion: __, ...template } = annotated;
  const labels = { app: 'canary' };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'canary' },
    spec: { selector: { matchLabels: labels }, template: { ...template, metadata: { labels, annotations: ASKS } } },
  };
  await until('every door leads to this process', async () => {
    await api.call('POST', '/api/v1/namespaces/enabled/pods?dryRun=All', annotated);
    await api.call('POST', '/apis/apps/v1/namespaces/enabled/deployments?dryRun=All', deployment);
    const calls = await Promise.all((['inject', 'warn', 'workloads'] as const).map((hook) => callsOf(opsPort, hook)));
    return calls.every((count) => count >= 2);
  });
  await until('the policies are evaluated', async () => {
    const { warnings } = await api.call('POST', '/api/v1/namespaces/misspelt/pods?dryRun=All', annotated);
    return warnings.join().includes('pillion-inert-opt-in');
  });
  await sleep(EVERY_PART_MS);
}

/** Resolves when the API server no longer calls the hook that injects. */
export async function untilNobodyInjects(api: ApiClient): Promise<void> {
  const annotated = simplePod('canary', { annotations: ASKS });
  await until('nobody injects', async () => {
    const { status, body } = await api.call('POST', '/api/v1/namespaces/enabled/pods?dryRun=All', annotated);
    return status === 403 || (status === 201 && !JSON.stringify(body).includes('pillion.io/status'));
  });
  await sleep(EVERY_PART_MS);
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not after ${WITHIN_MS / 1000} s: ${what}`);
    await sleep(50);
  }
}
