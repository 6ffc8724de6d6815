import { join } from 'node:path';
import { openGuard } from '../processes/guard.ts';
import type { ControlPlane } from './control-plane.ts';
import { findScheduler } from './find.ts';

/** Starts a real kube-scheduler with its default profile beside a control plane; the function that it resolves with ends it. */
export async function startScheduler({ kubeconfig }: ControlPlane): Promise<() => Promise<void>> {
  const guard = await openGuard();
  await guard.start({
    command: await findScheduler(),
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--secure-port=0',
      // the default of 50 requests a second makes tests wait
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
    ],
    log: join(guard.folder, 'kube-scheduler.log'),
    graceMs: 0,
  });
  return () => guard.stop();
}
