import type { Logger } from 'pino';
import type { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { UnseenOptIns, type UnseenOptInsOptions } from '../cluster/unseen-opt-ins.ts';
import { type WatchedNamespaces, watchNamespaces } from '../cluster/watched-namespaces.ts';
import { WatchedServices } from '../cluster/watched-services.ts';
import { builtInTrafficDefaults } from '../core/traffic/read-defaults.ts';
import { readTrafficService } from '../core/traffic/traffic-service.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Readiness } from './readiness.ts';

export interface ClusterWatchesOptions {
  readonly transport: KubeTransport;
  /** What the watches learn is put into it. */
  readonly snapshot: SnapshotHolder;
  /** The keys of the labels of namespaces that decisions read. */
  readonly labels: ReadonlySet<string>;
  readonly writeRecord: UnseenOptInsOptions['write'];
  /** Waits for the first list of each. */
  readonly readiness: Readiness;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly today: () => Date;
}

/** Follows everything of a cluster that decisions depend on, until stopped. */
export function watchCluster(options: ClusterWatchesOptions): WatchedNamespaces {
  const { transport, snapshot, labels, writeRecord, readiness, log, metrics, today } = options;
  const clocks = { now: Date.now, random: Math.random };
  const namespaces = watchNamespaces({
    transport,
    labels,
    publish: (all) => snapshot.replace({ namespaces: all }),
    unseen: new UnseenOptIns({
      policy: () => snapshot.current.policy,
      write: writeRecord,
      log,
      metrics: metrics.optIns,
      now: today,
    }),
    onSynced: readiness.expect('namespaces'),
    log,
    metrics: metrics.watch('namespaces'),
    ...clocks,
  });
  const company = builtInTrafficDefaults();
  snapshot.replace({ trafficDefaults: company });
  const services = new WatchedServices({
    transport,
    judge: (service, namespace, text) =>
      readTrafficService(service, namespace, text, { company, today: today().toISOString().slice(0, 10) }),
    publish: (all) => snapshot.replace({ services: all }),
    onSynced: readiness.expect('services'),
    log,
    metrics: metrics.watch('services'),
    refused: metrics.traffic.refused,
    ...clocks,
  });
  services.start();
  return {
    keepLabels: namespaces.keepLabels,
    stop: async () => void (await Promise.all([namespaces.stop(), services.stop()])),
  };
}
