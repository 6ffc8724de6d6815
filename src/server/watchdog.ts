import type { Logger } from 'pino';
import { tryOut } from '../cluster/doctor/checks/dry-run-pod.ts';
import { startWatchdog } from '../cluster/rollout/watchdog.ts';
import type { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { isOpenNamespace } from '../core/decision/opt-in/open-namespace.ts';
import type { WatchdogBounds } from '../core/rollout/watchdog.ts';
import { NO_TRAFFIC_SERVICES } from '../core/traffic/traffic-services.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Clock } from './clock.ts';
import type { Readiness } from './readiness.ts';
import type { Installation, Registrar } from './registrar.ts';

export interface ServerWatchdogOptions {
  readonly transport: KubeTransport;
  readonly bounds: WatchdogBounds;
  readonly installation: Installation;
  readonly registrar: Registrar;
  readonly readiness: Readiness;
  readonly snapshot: SnapshotHolder;
  readonly replica: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Starts the watchdog of a server: it acts on the replica that registers, while that is ready and pods get their sidecar. */
export function watchdogOf(options: ServerWatchdogOptions): { stop(): Promise<void> } {
  const { transport, bounds, installation, registrar, readiness, snapshot, replica, log, metrics, clock } = options;
  return startWatchdog({
    ...{ transport, bounds, log, identity: replica, metrics: metrics.watchdog },
    surroundings: () => {
      const { policy: active, services = NO_TRAFFIC_SERVICES } = snapshot.current;
      return { policy: active, services };
    },
    mayAct: () => readiness.ready && registrar.holds,
    // tried out where the workload is, so that everything that could keep its pods from coming is asked
    notReady: async (tryIn) => {
      const { name, namespace } = installation;
      const { policy, namespaces } = snapshot.current;
      const open = [...namespaces.values()].filter((each) => each.name === tryIn && isOpenNamespace(each, policy));
      const findings = await tryOut({ transport, installation: name, namespace, only: tryIn, policy, open });
      return findings.filter(({ grade }) => grade !== 'ok').map(({ says }) => says);
    },
    now: clock.now,
    elapsedMs: clock.elapsedMs,
  });
}
