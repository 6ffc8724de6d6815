import type { KubeTransport } from '../transport.ts';
import { writeEvent } from '../write-event.ts';
import type { PlannedRestart } from './restart-plan.ts';

/** What an event tells of a restart. */
export interface ToldRestart {
  readonly phase: 'underway' | 'done' | 'failed';
  /** Why it failed. */
  readonly says?: string | undefined;
  /** The process that tells it. */
  readonly identity: string;
  readonly now: Date;
}

const REASONS = {
  underway: 'RestartedForSidecar',
  done: 'SidecarsRunning',
  failed: 'RestartForSidecarFailed',
} as const;

/**
 * Writes an event on a workload, where `kubectl describe` shows it.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function writeRestartEvent(
  transport: KubeTransport,
  { kind, namespace, name, uid, pods }: PlannedRestart,
  { phase, says, identity, now }: ToldRestart,
): Promise<void> {
  const messages = {
    underway: `${pods.length} of its pods run without the sidecar that they should have, so Pillion’s watchdog restarts it`,
    done: 'its pods have been replaced and carry their sidecar',
    failed: `the restart by Pillion’s watchdog failed, which restarts nothing for an hour: ${says}`,
  };
  await writeEvent(transport, {
    ...{ namespace, about: { apiVersion: 'apps/v1', kind, name, uid } },
    ...{ type: phase === 'failed' ? 'Warning' : 'Normal', reason: REASONS[phase], action: 'Restarted' },
    ...{ note: messages[phase], part: 'watchdog', replica: identity, now, only: `${phase} ${now.toISOString()}` },
  });
}
