import { readJson } from '../cluster/read-json.ts';
import { parseWorkload } from '../cluster/read-workload.ts';
import { keyOf, pathOfWorkload } from '../cluster/rollout/restart-plan.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { Fault } from '../core/problem/faults.ts';
import { quoted } from '../core/problem/quoted.ts';
import { isRollingKind } from '../core/rollout/by-hand.ts';
import { usage } from './webhook-address.ts';

/**
 * The keys of workloads that are named as kubectl takes them, each of which is there.
 * @throws Fault PIL003 for what names no workload that can be restarted, PIL004 for one that is not there; ApiError, ClusterUnreachable,
 * TimeoutError, or the reason of `signal`
 */
export async function namedWorkloads(
  transport: KubeTransport,
  names: readonly string[],
  namespace: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const keys = names.map(async (text) => {
    const named = parseWorkload(text);
    if (named === undefined || !isRollingKind(named.resource.kind))
      throw usage(`${quoted(text)} names nothing that can be restarted; such are deploy/NAME, sts/NAME and ds/NAME`);
    const workload = { kind: named.resource.kind, namespace, name: named.name };
    if ((await readJson(transport, pathOfWorkload(workload) ?? '', signal)) === undefined)
      throw new Fault('PIL004', [
        { path: '', message: `there is no ${text} in ${namespace}; -n names another namespace` },
      ]);
    return keyOf(workload);
  });
  return new Set(await Promise.all(keys));
}
