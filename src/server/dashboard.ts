import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { TrustSource } from '../cluster/certificates/trust-source.ts';
import { clusterDashboard } from '../cluster/dashboard/cluster-dashboard.ts';
import { ReaderAccess } from '../cluster/dashboard-readers/reader-access.ts';
import { PeerFeeds } from '../cluster/feed-peers/peer-feeds.ts';
import type { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { HttpTransport } from '../cluster/transport.ts';
import { servedNames } from '../core/certificates/served-names.ts';
import { API } from '../core/dashboard/routes.ts';
import { VERSION } from '../core/version.ts';
import type { FaultLog } from '../telemetry/fault-log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Clock } from './clock.ts';
import type { ReadAssets } from './dashboard/assets.ts';
import { DecisionFeed } from './dashboard/decision-feed.ts';
import { OWN_DECISIONS } from './dashboard/feed-routes.ts';
import { type HealthSources, healthOf } from './dashboard/health.ts';
import { type RunningDashboard, startDashboard } from './dashboard/start.ts';
import { dashboardThreads } from './dashboard/threads.ts';
import type { Host, ServeOptions } from './serve-options.ts';
import type { ListenAddress } from './start.ts';

export interface DashboardOptions {
  readonly address: ListenAddress;
  readonly options: ServeOptions;
  readonly host: Host;
  readonly transport: HttpTransport;
  readonly trust: TrustSource | undefined;
  readonly clock: Clock;
}

/** What a dashboard shows of the server that it belongs to. */
export interface ShownServer extends Pick<HealthSources, 'readiness' | 'remarks' | 'certificate'> {
  readonly snapshot: SnapshotHolder;
  readonly metrics: Metrics;
  readonly faults: FaultLog;
  readonly log: Logger;
}

export interface OpenedDashboard {
  /** The decisions, with those of other replicas where the installation has a name. */
  readonly feed: DecisionFeed;
  /**
   * Serves the dashboard of a running server.
   * @throws Error when its address cannot be listened on
   */
  serve(shown: ShownServer): Promise<RunningDashboard>;
}

/** The dashboard of a server, which is told of decisions from the first one on. */
export function openDashboard(given: DashboardOptions): OpenedDashboard {
  const feed = feedOf(given);
  return { feed, serve: (shown) => serveDashboard(given, feed, shown) };
}

function feedOf({ options, host, transport, trust, clock }: DashboardOptions): DecisionFeed {
  const { installation, registration } = options;
  const { address } = registration ?? {};
  const replica = host.name;
  const peers =
    installation &&
    address &&
    new PeerFeeds({
      ...{ transport, replica },
      namespace: installation.namespace,
      path: `${API}${OWN_DECISIONS}`,
      authority: () => trust?.current,
      servedAs: servedNames(address)[0],
      elapsedMs: clock.elapsedMs,
    });
  const run = randomUUID().replaceAll('-', '');
  return new DecisionFeed({ replica, run, peers, now: clock.now });
}

async function serveDashboard(
  { address, options, host, transport, clock: { elapsedMs, now } }: DashboardOptions,
  feed: DecisionFeed,
  { snapshot, certificate, readiness, remarks, metrics, faults, log }: ShownServer,
): Promise<RunningDashboard> {
  const policy = () => snapshot.current.policy;
  const isRegistered = options.registration !== undefined;
  const health = { readiness, remarks, certificate, policy, feed, isRegistered, replica: host.name, now };
  return startDashboard({
    ...address,
    ...{ certificate, feed, log, faults, now, version: VERSION },
    access: new ReaderAccess({ transport, elapsedMs }),
    data: clusterDashboard({
      ...{ transport, now, elapsedMs, version: VERSION },
      snapshot: () => snapshot.current,
      place: { namespace: options.ownNamespace, installation: options.installation?.name ?? 'pillion' },
      files: 'files' in options.policy ? options.policy : undefined,
      verdicts: () => feed.verdicts(),
      health: () => healthOf(health),
      ...dashboardThreads({ ...options, program: host.program }),
    }),
    assets: kept(host.readAssets),
    namespaces: () => [...snapshot.current.namespaces.keys()],
    metrics: metrics.dashboard,
  });
}

/** Reads the files once, when somebody asks for the first; what fails is tried again. */
function kept(read: ReadAssets): ReadAssets {
  let reading: ReturnType<ReadAssets> | undefined;
  return () => {
    reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}
