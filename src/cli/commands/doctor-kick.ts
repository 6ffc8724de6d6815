import type { KubeTransport } from '../../cluster/transport.ts';
import { type HeldBack, heldBackWorkloads } from '../../cluster/waking/held-back.ts';
import { type Woken, wake } from '../../cluster/waking/wake.ts';
import { Fault } from '../../core/problem/faults.ts';
import { withCluster } from '../cluster-call.ts';
import { demandReady, readiness } from '../demand-ready.ts';
import type { Environment } from '../environment.ts';
import { structured } from '../output/structured.ts';
import { heldBackText, wokenText } from '../output/woken.ts';
import type { DoctorFlags } from './doctor.ts';

export interface DoctorKickFlags extends DoctorFlags {
  readonly dryRun?: boolean;
  readonly atOnce?: number;
}

/**
 * `pillion doctor --kick`: has the controllers try again at once that wait after the webhook was away, some at a time.
 * @returns 0 when all of them create pods, or none waits; 1 when one does not; with --dry-run 0
 * @throws Fault PIL006, PIL007 when it is interrupted, PIL012 when a pod that asks gets no sidecar now
 */
export async function kick(flags: DoctorKickFlags, environment: Environment): Promise<number> {
  const { namespace, dryRun = false, output } = flags;
  const stopping = new AbortController();
  const forget = environment.onInterrupt(() =>
    stopping.abort(new Fault('PIL007', [{ path: '', message: 'it was interrupted; run it again to go on' }])),
  );
  try {
    return await withCluster(flags, async (transport) => {
      const held = await heldBackWorkloads(transport, namespace);
      if (dryRun || held.length === 0) {
        environment.stdout(output === 'human' ? heldBackText(held) : structured({ dryRun, workloads: held }, output));
        return 0;
      }
      await demandReady(readiness(transport, flags, environment));
      const woken = await inBatches(transport, held, flags, environment, stopping.signal);
      if (output !== 'human') environment.stdout(structured({ dryRun, workloads: woken.map(told) }, output));
      return woken.every(isDone) ? 0 : 1;
    });
  } finally {
    forget();
  }
}

// controllers create 1, 2, 4 ... pods at a time, and a replica of Pillion answers some thousand a second
const AT_ONCE = 10;

const told = ({ workload, ...result }: Woken) => ({ ...workload, ...result });
const isDone = ({ result }: Woken): boolean => result === 'has-pods' || result === 'gone';

async function inBatches(
  transport: KubeTransport,
  held: readonly HeldBack[],
  flags: DoctorKickFlags,
  environment: Environment,
  signal: AbortSignal,
): Promise<readonly Woken[]> {
  const { atOnce = AT_ONCE } = flags;
  const all: Woken[] = [];
  for (let at = 0; at < held.length; at += atOnce) {
    const woken = await wake(transport, held.slice(at, at + atOnce), environment.now, signal);
    all.push(...woken);
    if (flags.output === 'human') environment.stdout(wokenText(woken));
    // those were refused for what they are, or the webhook is away again
    if (!woken.some(isDone) && all.length < held.length) await demandReady(readiness(transport, flags, environment));
  }
  return all;
}
