import { pagedList } from '../../cluster/paged-list.ts';
import { scanPods } from '../../cluster/scan/scan-pods.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import type { JudgedPod } from '../../core/scan/judged-pod.ts';
import { ScanTally, toMend } from '../../core/scan/scan-report.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import { clusterSurroundings, noNamespace } from '../cluster-surroundings.ts';
import type { Environment } from '../environment.ts';
import { scanText } from '../output/scan.ts';
import { type OutputFormat, structured } from '../output/structured.ts';

export interface AuditLiveFlags extends ClusterFlags {
  /** Only pods there; all when there are none. */
  readonly namespaces: readonly string[];
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly output: OutputFormat;
}

const TOLD_EVERY = 1_000;
const LISTED_WITHIN_MS = 60_000;

/**
 * `pillion audit --live`: compares every running pod with the policy of the cluster, as the background scan does.
 * @returns 0 when each is as the policy wants it, 1 when one is not
 * @throws Fault PIL002, PIL004, PIL006
 */
export async function auditLive(flags: AuditLiveFlags, environment: Environment): Promise<number> {
  const tally = new ScanTally();
  const progress = environment.interactive ? environment.stderr : () => {};
  const policy = await withCluster(flags, async (transport) => {
    const surroundings = await clusterSurroundings(transport, flags, environment);
    const namespaces = await namespacesOf(transport);
    let scanned = 0;
    const visit = (judged: JudgedPod) => {
      tally.add(judged);
      scanned += 1;
      if (scanned % TOLD_EVERY === 0) progress(`\r${scanned} pods compared`);
    };
    for (const only of flags.namespaces.length === 0 ? [undefined] : new Set(flags.namespaces)) {
      if (only !== undefined && !namespaces.has(only)) throw noNamespace(only);
      await scanPods(transport, { ...surroundings, namespaces }, visit, only === undefined ? {} : { only });
    }
    if (scanned >= TOLD_EVERY) progress('\r\u001b[K');
    return surroundings.policy;
  });
  const report = tally.report();
  const { name, revision } = policy;
  environment.stdout(
    flags.output === 'human'
      ? scanText(report, { name, revision }, environment)
      : structured({ policy: { name, revision }, ...report }, flags.output),
  );
  return toMend(report.pods) === 0 ? 0 : 1;
}

async function namespacesOf(transport: KubeTransport): Promise<ReadonlyMap<string, Namespace>> {
  const namespaces = new Map<string, Namespace>();
  await pagedList(transport, '/api/v1/namespaces', AbortSignal.timeout(LISTED_WITHIN_MS), ({ name, labels = {} }) =>
    namespaces.set(name, { name, labels }),
  );
  return namespaces;
}
