import { Registry } from '@prometheus-io/client';
import pino from 'pino';
import { fixedCertificate } from '../../../src/cluster/certificates/certificate-source.ts';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { ReaderAccess } from '../../../src/cluster/dashboard-readers/reader-access.ts';
import type { DashboardData } from '../../../src/core/dashboard/dashboard-data.ts';
import { asset } from '../../../src/server/dashboard/assets.ts';
import { DecisionFeed } from '../../../src/server/dashboard/decision-feed.ts';
import type { DashboardLimits } from '../../../src/server/dashboard/limits.ts';
import { type DashboardOptions, startDashboard } from '../../../src/server/dashboard/start.ts';
import { FaultLog } from '../../../src/telemetry/fault-log.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { type Caller, type CallOptions, http1Caller, type Reply } from '../callers.ts';
import { type ReviewingApi, reviewingApi } from './reviewing-api.ts';

/** A dashboard on loopback, whose data are as a test says. */
export interface TestDashboard {
  readonly url: string;
  readonly authority: string;
  readonly api: ReviewingApi;
  readonly feed: DecisionFeed;
  /** Asks as whoever has this token. */
  ask(path: string, token?: string, options?: CallOptions & { readonly body?: string }): Promise<Reply>;
  metric(series: string): Promise<number>;
  /** Lets the time pass after which rights are asked for again. */
  passTime(ms: number): void;
  close(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestDashboardOptions {
  readonly data?: Partial<DashboardData>;
  readonly limits?: Partial<DashboardLimits>;
  readonly certificate?: DashboardOptions['certificate'];
  readonly authority?: string;
  /** Those that are known; shop and street unless told. */
  readonly namespaces?: readonly string[];
  readonly connect?: (url: string, ca: string) => Caller;
}

export const PAGE = '<!doctype html><title>Pillion</title>';
export const SCRIPT = 'app-0123456789ab.js';
export const SCRIPT_TEXT = 'console.log(0);\n'.repeat(1_000);

export async function runningDashboard(options: TestDashboardOptions = {}): Promise<TestDashboard> {
  const issued = await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const certificate = options.certificate ?? fixedCertificate(issued.pair);
  const authority = options.authority ?? issued.authority;
  const metrics = createMetrics(new Registry(), { version: '0.0.0', node: process.version }, { process: false });
  const api = reviewingApi();
  let elapsedMs = 0;
  const feed = new DecisionFeed({ replica: 'pillion-a', run: 'a1', now: () => new Date(), peers: undefined });
  const log = pino({ level: 'silent' });
  const running = await startDashboard({
    ...{ host: '127.0.0.1', port: 0, certificate, feed, log, version: '0.0.0' },
    ...(options.limits && { limits: options.limits }),
    access: new ReaderAccess({ transport: api, elapsedMs: () => elapsedMs }),
    data: (options.data ?? {}) as DashboardData,
    assets: async () =>
      new Map([
        ['index.html', await asset('index.html', Buffer.from(PAGE))],
        [SCRIPT, await asset(SCRIPT, Buffer.from(SCRIPT_TEXT))],
      ]),
    namespaces: () => options.namespaces ?? ['shop', 'street'],
    metrics: metrics.dashboard,
    faults: new FaultLog(log, () => elapsedMs),
    now: () => new Date(),
  });
  const url = `https://127.0.0.1:${running.port}`;
  const caller = (options.connect ?? http1Caller)(url, authority);
  return {
    ...{ url, authority, api, feed },
    ask: (path, token, { body, headers = {}, ...rest } = {}) =>
      caller.call(path, body, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...rest,
      }),
    metric: async (series) => {
      const { body } = await metrics.text();
      const line = body.split('\n').find((one) => one.startsWith(`${series} `));
      return line === undefined ? 0 : Number(line.slice(series.length + 1));
    },
    passTime: (ms) => {
      elapsedMs += ms;
    },
    close: () => running.close(),
    stop: async () => {
      caller.close();
      await running.close();
    },
  };
}
