import type { Logger } from 'pino';
import { KeptAdoption } from '../cluster/adoption/kept-adoption.ts';
import { ownerReader } from '../cluster/owner-reference.ts';
import { BackgroundScan } from '../cluster/scan/background-scan.ts';
import type { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { NO_TRAFFIC_SERVICES } from '../core/traffic/traffic-services.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Installation, Registrar } from './registrar.ts';

// a list of 20,000 pods is 400 calls; more often would be felt by the API server, and an operator waits as long for a rollout
const PERIOD_MS = 300_000;

export interface ScanOptions {
  readonly transport: KubeTransport;
  readonly snapshot: SnapshotHolder;
  /** Undefined where nothing is registered: then nobody scans, since there is no Lease. */
  readonly registrar: Registrar | undefined;
  readonly installation: Installation | undefined;
  /** The name of this replica. */
  readonly replica: string;
  readonly periodMs: number | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The scan of what runs by the policy in force, on the replica that registers; undefined where it is switched off. */
export function backgroundScan(options: ScanOptions): BackgroundScan | undefined {
  const { transport, snapshot, registrar, installation, replica, periodMs = PERIOD_MS, log, metrics } = options;
  if (registrar === undefined || installation === undefined || periodMs === 0) return undefined;
  const owner = ownerReader(transport, installation.name);
  const holds = () => registrar.holds;
  return new BackgroundScan({
    transport,
    surroundings: () => {
      const { policy, namespaces, services = NO_TRAFFIC_SERVICES, objects } = snapshot.current;
      return { policy, namespaces, services, plan: objects?.plan };
    },
    holds,
    periodMs,
    owner,
    replica,
    log,
    metrics: metrics.scan,
    adoption: {
      kept: new KeptAdoption({ transport, installation, owner, holds, log }),
      metrics: metrics.adoption,
    },
    now: () => new Date(),
    random: Math.random,
  });
}
