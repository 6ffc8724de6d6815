import type { Http2SecureServer } from 'node:http2';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify';
import type { Logger } from 'pino';
import type { CertificateSource } from '../../cluster/certificates/certificate-source.ts';
import type { ReaderAccess } from '../../cluster/dashboard-readers/reader-access.ts';
import type { Reader } from '../../cluster/dashboard-readers/token-review.ts';
import type { DashboardData } from '../../core/dashboard/dashboard-data.ts';
import type { DashboardMetrics } from '../../telemetry/dashboard-metrics.ts';
import type { FaultLog } from '../../telemetry/fault-log.ts';
import type { ReadAssets } from './assets.ts';
import type { DecisionFeed } from './decision-feed.ts';
import type { DashboardLimits } from './limits.ts';
import type { OpenStreams } from './open-streams.ts';
import type { UnderWay } from './under-way.ts';

/** What the dashboard is made of. */
export interface DashboardParts {
  readonly certificate: CertificateSource;
  readonly access: ReaderAccess;
  readonly data: DashboardData;
  readonly feed: DecisionFeed;
  /** The files of the page. */
  readonly assets: ReadAssets;
  /** The names of all namespaces that are known. */
  readonly namespaces: () => readonly string[];
  readonly version: string;
  readonly limits: DashboardLimits;
  readonly metrics: DashboardMetrics;
  readonly log: Logger;
  readonly faults: FaultLog;
  readonly now: () => Date;
}

/** The parts that routes use. */
export interface DashboardContext extends DashboardParts {
  readonly streams: OpenStreams;
  /** Questions that are being answered. */
  readonly questions: UnderWay;
}

export type DashboardApp = FastifyInstance<Http2SecureServer>;
export type DashboardRequest = FastifyRequest<RouteGenericInterface, Http2SecureServer>;
export type DashboardReply = FastifyReply<RouteGenericInterface, Http2SecureServer>;

/** Who asks, once it is known; and the token by which, to look again. */
export interface Asking {
  readonly reader: Reader;
  readonly token: string;
}
