import { setTimeout as sleep } from 'node:timers/promises';
import { ENABLED, type Lab } from '../../test/lab/lab.ts';
import type { LabFiles, LabWorkload } from './files.ts';
import { cannotRun, notReady } from './not-running.ts';

const WITHIN_SECONDS = 60;
const POLL_MS = 200;
const WARNING = /^Warning: /;

/** What came of files that were applied. */
export interface Applied {
  /** What kubectl said of each object. */
  readonly said: readonly string[];
  /** What the API server warned of, which is where admission speaks. */
  readonly warnings: readonly string[];
  /** Why not all of it runs. */
  readonly problem?: string;
}

/** Applies the files, and resolves when every workload in them runs as it is meant to, or cannot. */
export async function applyFiles(lab: Lab, { files, missingNamespaces, workloads }: LabFiles): Promise<Applied> {
  const { controlPlane } = lab.cluster;
  for (const namespace of missingNamespaces) {
    const isThere = async () => (await controlPlane.kubectl(['get', 'namespace', namespace])).code === 0;
    if (await isThere()) continue;
    await controlPlane.createNamespace(namespace, ENABLED).catch(async (error: unknown) => {
      // somebody else may have made it meanwhile
      if (!(await isThere())) throw error;
    });
  }
  const applied = await appliedWhenAccountsAreThere(lab, files);
  if (applied.problem !== undefined) return applied;
  const waiting = new AbortController();
  try {
    await Promise.race([
      Promise.all(workloads.map((workload) => lab.kubectl(...waitFor(workload)))),
      cannotRun(lab, workloads, waiting.signal),
    ]);
    return applied;
  } catch (error) {
    const problem = [(error as Error).message.trim(), ...notReady(lab, workloads)].join('\n  ');
    return { ...applied, problem };
  } finally {
    waiting.abort();
  }
}

/** A namespace of the files themselves has its ServiceAccount a moment after it is made; pods are refused until then. */
async function appliedWhenAccountsAreThere(lab: Lab, files: readonly string[]): Promise<Applied> {
  // what an earlier try said of an object counts: a later one finds it unchanged, and is warned of nothing
  const said = new Map<string, string>();
  const warnings = new Set<string>();
  if (files.length === 0) return { said: [], warnings: [] };
  for (let left = 25; ; left--) {
    const args = ['apply', ...files.flatMap((file) => ['-f', file])];
    const { code, stdout, stderr } = await lab.cluster.controlPlane.kubectl(args);
    for (const line of linesOf(stdout)) {
      const [object = ''] = line.split(' ');
      if (!said.has(object)) said.set(object, line);
    }
    const errors = linesOf(stderr).filter((line) => !WARNING.test(line));
    for (const line of linesOf(stderr)) if (WARNING.test(line)) warnings.add(line);
    const applied = { said: [...said.values()], warnings: [...warnings] };
    if (code === 0) return applied;
    if (left === 0 || !stderr.includes('error looking up service account'))
      return { ...applied, problem: errors.join('\n') };
    await sleep(POLL_MS);
  }
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

function waitFor({ kind, name, namespace }: LabWorkload): readonly string[] {
  const where = [`${kind.toLowerCase()}/${name}`, '-n', namespace, `--timeout=${WITHIN_SECONDS}s`];
  if (kind === 'Pod') return ['wait', '--for=condition=Ready', ...where];
  if (kind === 'Job') return ['wait', '--for=condition=Complete', ...where];
  if (['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return ['rollout', 'status', ...where];
  return ['get', ...where.slice(0, 3)];
}
