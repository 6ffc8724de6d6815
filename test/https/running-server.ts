import { Writable } from 'node:stream';
import { Registry } from '@prometheus-io/client';
import pino from 'pino';
import { type CertificateSource, fixedCertificate } from '../../src/cluster/certificates/certificate-source.ts';
import { issueSelfSigned, type SelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import type { Snapshot } from '../../src/core/admission/snapshot.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { startOps } from '../../src/server/ops/start.ts';
import { Readiness } from '../../src/server/readiness.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';

/** A server on loopback with the embedded default policy, and everything a test looks at. */
export interface TestServer extends RunningServer {
  readonly url: string;
  readonly opsUrl: string;
  readonly authority: string;
  readonly readiness: Readiness;
  readonly records: readonly DecisionRecord[];
  readonly log: readonly string[];
  readonly flushes: () => number;
  /** The value of one series, 0 when it does not exist. `series` is written as Prometheus prints it. */
  metric(series: string): Promise<number>;
  stop(): Promise<void>;
}

/** The namespaces that reviews of the tests are in: `shop` is enabled, `quiet` is not. */
export function sampleSnapshot(): Snapshot {
  const namespaces = new Map([
    ['shop', { name: 'shop', labels: { 'istio-injection': 'enabled' } }],
    ['quiet', { name: 'quiet', labels: {} }],
  ]);
  return { policy: BUILT_IN, namespaces };
}

export type TestOptions = Partial<
  Pick<ServerOptions, 'engine' | 'clock' | 'readNamespace' | 'countInjectedPods' | 'snapshot' | 'sinks'>
> & {
  readonly limits?: ServerOptions['admission']['limits'];
  readonly certificate?: CertificateSource;
  readonly authority?: string;
  readonly port?: number;
};

export async function runningServer(options: TestOptions = {}): Promise<TestServer> {
  const issued: SelfSigned | undefined = options.certificate
    ? undefined
    : await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const certificate = options.certificate ?? fixedCertificate((issued as SelfSigned).pair);
  const metrics = createMetrics(new Registry(), { version: '0.0.0', node: process.version }, { process: false });
  const readiness = new Readiness(metrics.readiness.part);
  const records: DecisionRecord[] = [];
  const log: string[] = [];
  let flushes = 0;
  const snapshot = sampleSnapshot();
  const memory = new Writable({
    write: (line, _encoding, done) => {
      log.push(String(line));
      done();
    },
  });
  const ops = await startOps({ host: '127.0.0.1', port: 0, readiness, metrics });
  const server = await startServer({
    admission: {
      host: '127.0.0.1',
      port: options.port ?? 0,
      certificate,
      ...(options.limits ? { limits: options.limits } : {}),
    },
    ops,
    snapshot: options.snapshot ?? (() => snapshot),
    ...(options.readNamespace ? { readNamespace: options.readNamespace } : {}),
    ...(options.countInjectedPods ? { countInjectedPods: options.countInjectedPods } : {}),
    sinks: options.sinks ?? [
      {
        write: (record) => void records.push(record),
        flush: async () => {
          flushes += 1;
        },
      },
    ],
    metrics,
    log: pino({ level: 'debug' }, memory),
    readiness,
    clock: options.clock ?? { now: () => new Date(), elapsedMs: () => performance.now() },
    ...(options.engine ? { engine: options.engine } : {}),
  }).catch(async (error: unknown) => {
    await ops.close();
    throw error;
  });
  return {
    ...server,
    url: `https://127.0.0.1:${server.admissionPort}`,
    opsUrl: `http://127.0.0.1:${server.opsPort}`,
    authority: options.authority ?? issued?.authority ?? '',
    readiness,
    records,
    log,
    flushes: () => flushes,
    metric: async (series) => {
      const { body } = await metrics.text();
      const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `));
      return line ? Number(line.slice(series.length + 1)) : 0;
    },
    stop: async () => void (await server.close({ drainMs: 0, timeoutMs: 5_000 })),
  };
}
