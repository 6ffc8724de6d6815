import { join } from 'node:path';
import type { Progress } from '../../scripts/progress.mjs';
import { openGuard } from '../processes/guard.ts';
import { findKwok, kwokStages } from '../tools/kwok.ts';
import type { ControlPlane } from './control-plane.ts';

/**
 * Starts kwok beside a control plane: every node lives, the pods that are placed on one run at once, and go when they are deleted.
 * @returns what ends it
 */
export async function startKwok({ kubeconfig }: ControlPlane, progress?: Progress): Promise<() => Promise<void>> {
  const [command, stages] = await Promise.all([findKwok(progress && { progress }), kwokStages()]);
  const guard = await openGuard();
  await guard.start({
    command,
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--manage-all-nodes',
      // the heartbeat is in the status of the node
      '--node-lease-duration-seconds=0',
      ...stages.map((stage) => `--config=${stage}`),
    ],
    log: join(guard.folder, 'kwok.log'),
    graceMs: 0,
  });
  return () => guard.stop();
}
