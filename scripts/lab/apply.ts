import { setTimeout as sleep } from 'node:timers/promises';
import { ENABLED, type Lab } from '../../test/lab/lab.ts';
import type { LabFiles, LabWorkload } from './files.ts';

const WITHIN_SECONDS = 60;
const POLL_MS = 200;

/** Applies the files and resolves, with what kubectl said, when every workload in them runs as it is meant to. */
export async function applyFiles(lab: Lab, { files, missingNamespaces, workloads }: LabFiles): Promise<string> {
  const { controlPlane } = lab.cluster;
  for (const namespace of missingNamespaces) {
    const { code } = await controlPlane.kubectl(['get', 'namespace', namespace]);
    if (code !== 0) await controlPlane.createNamespace(namespace, ENABLED);
  }
  const said = await appliedWhenAccountsAreThere(lab, files);
  const waiting = new AbortController();
  try {
    await Promise.race([
      Promise.all(workloads.map((workload) => lab.kubectl(...waitFor(workload)))),
      cannotRun(lab, workloads, waiting.signal),
    ]);
  } finally {
    waiting.abort();
  }
  return said;
}

/** A namespace of the files themselves has its ServiceAccount a moment after it is made; pods are refused until then. */
async function appliedWhenAccountsAreThere(lab: Lab, files: readonly string[]): Promise<string> {
  if (files.length === 0) return '';
  for (let left = 25; ; left--) {
    const args = ['apply', ...files.flatMap((file) => ['-f', file])];
    const { code, stdout, stderr } = await lab.cluster.controlPlane.kubectl(args);
    if (code === 0) return stdout;
    if (left === 0 || !stderr.includes('error looking up service account')) throw new Error(stderr.trim());
    await sleep(POLL_MS);
  }
}

function waitFor({ kind, name, namespace }: LabWorkload): readonly string[] {
  const where = [`${kind.toLowerCase()}/${name}`, '-n', namespace, `--timeout=${WITHIN_SECONDS}s`];
  if (kind === 'Pod') return ['wait', '--for=condition=Ready', ...where];
  if (kind === 'Job') return ['wait', '--for=condition=Complete', ...where];
  if (['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return ['rollout', 'status', ...where];
  return ['get', ...where.slice(0, 3)];
}

/** Rejects when the node says that it cannot run a pod; nobody then waits for its readiness. */
async function cannotRun(lab: Lab, workloads: readonly LabWorkload[], signal: AbortSignal): Promise<void> {
  const namespaces = new Set(workloads.map(({ namespace }) => namespace));
  while (!signal.aborted) {
    const bad = lab.cluster.node
      .pods()
      .find(({ problem, pod }) => problem !== undefined && namespaces.has(pod.metadata?.namespace ?? ''));
    if (bad) throw new Error(`the pod ${bad.name} cannot run: ${bad.problem}`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
