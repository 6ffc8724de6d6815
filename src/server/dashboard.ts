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

export interface FeedOptions {
  readonly options: ServeOptions;
  readonly host: Host;
  readonly transport: HttpTransport;
  readonly trust: TrustSource | undefined;
  readonly clock: Clock;
}

/** The feed of decisions, with those of other replicas where the installation has a name. */
export function openFeed({ options, host, transport, trust, clock }: FeedOptions): DecisionFeed {
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

export interface ServedDashboard extends Omit<FeedOptions, 'trust'>, HealthParts {
  readonly address: ListenAddress;
  readonly snapshot: SnapshotHolder;
  readonly metrics: Metrics;
  readonly faults: FaultLog;
  readonly log: Logger;
}

type HealthParts = Pick<HealthSources, 'readiness' | 'remarks' | 'certificate' | 'feed'>;

/**
 * Serves the dashboard of a running server.
 * @throws Error when its address cannot be listened on
 */
export async function serveDashboard(served: ServedDashboard): Promise<RunningDashboard> {
  const { options, host, transport, snapshot, clock, feed, certificate, readiness, remarks, log, faults } = served;
  const { elapsedMs, now } = clock;
  const policy = () => snapshot.current.policy;
  const isRegistered = options.registration !== undefined;
  const health = { readiness, remarks, certificate, policy, feed, isRegistered, replica: host.name, now };
  return startDashboard({
    ...served.address,
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
    metrics: served.metrics.dashboard,
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
