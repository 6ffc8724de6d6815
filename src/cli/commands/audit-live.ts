import { liveNamespaces } from '../../cluster/live-namespaces.ts';
import type { JudgedPod } from '../../core/scan/judged-pod.ts';
import { ScanTally, toMend } from '../../core/scan/scan-report.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import { clusterSurroundings, noNamespace } from '../cluster-surroundings.ts';
import type { Environment } from '../environment.ts';
import { visitLivePods } from '../live-pods.ts';
import { scanText } from '../output/scan.ts';
import { type OutputFormat, structured } from '../output/structured.ts';

export interface AuditLiveFlags extends ClusterFlags {
  /** Only pods there; all when there are none. */
  readonly namespaces: readonly string[];
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly output: OutputFormat;
}

/**
 * `pillion audit --live`: compares every running pod with the policy of the cluster, as the background scan does.
 * @returns 0 when each is as the policy wants it, 1 when one is not
 * @throws Fault PIL002, PIL004, PIL006
 */
export async function auditLive(flags: AuditLiveFlags, environment: Environment): Promise<number> {
  const tally = new ScanTally();
  const policy = await withCluster(flags, async (transport) => {
    const surroundings = await clusterSurroundings(transport, flags, environment);
    const namespaces = await liveNamespaces(transport);
    for (const only of flags.namespaces) if (!namespaces.has(only)) throw noNamespace(only);
    const asked = flags.namespaces.length === 0 ? [undefined] : new Set(flags.namespaces);
    const add = (judged: JudgedPod) => tally.add(judged);
    await visitLivePods(transport, { ...surroundings, namespaces }, asked, add, environment);
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
