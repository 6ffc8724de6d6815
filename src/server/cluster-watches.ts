import type { Logger } from 'pino';
import { AcceptedValues } from '../cluster/accepted-values.ts';
import { ownerReader } from '../cluster/owner-reference.ts';
import type { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { UnseenOptIns, type UnseenOptInsOptions } from '../cluster/unseen-opt-ins.ts';
import { type WatchedNamespaces, watchNamespaces } from '../cluster/watched-namespaces.ts';
import { WatchedServices } from '../cluster/watched-services.ts';
import { isoDay } from '../core/json/iso-time.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Readiness } from './readiness.ts';
import type { Installation } from './registrar.ts';

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
  /** Where what Services said before is kept; without it only as long as the process lives. */
  readonly installation: Installation | undefined;
}

/** What is followed of a cluster. */
export interface ClusterWatches extends WatchedNamespaces {
  /** After the policy has changed, by whose defaults Services are judged. */
  judgeServicesAgain(): void;
}

/** Follows everything of a cluster that decisions depend on, until stopped. */
export function watchCluster(options: ClusterWatchesOptions): ClusterWatches {
  const { transport, snapshot, labels, writeRecord, readiness, log, metrics, today, installation } = options;
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
  const memory =
    installation &&
    new AcceptedValues({
      transport,
      installation,
      owner: ownerReader(transport, installation.name),
      log,
      random: Math.random,
    });
  const services = new WatchedServices({
    transport,
    ...(memory && { memory }),
    judge: () => ({ company: snapshot.current.policy.trafficDefaults, today: isoDay(today()) }),
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
    judgeServicesAgain: () => services.judgeAgain(),
    stop: async () => void (await Promise.all([namespaces.stop(), services.stop(), memory?.stop()])),
  };
}
