import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { CertificateSource } from '../cluster/certificates/certificate-source.ts';
import type { CompareRunning } from '../cluster/compare-running.ts';
import { admit, injectedPodsToCount, namespaceToRead } from '../core/admission/admit.ts';
import { failed } from '../core/admission/fail.ts';
import type { PolicyObjectChange } from '../core/admission/known-objects.ts';
import { objectsToRead } from '../core/admission/policy-objects-to-read.ts';
import type { Snapshot } from '../core/admission/snapshot.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import type { InjectedPods } from '../core/namespaces/findings.ts';
import type { PolicyKind } from '../core/policy/policy-objects.ts';
import { FaultLog } from '../telemetry/fault-log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { RecordSink } from '../telemetry/record-sink.ts';
import { Answerer } from './admission/answerer.ts';
import type { Engine } from './admission/engine.ts';
import { ADMISSION_LIMITS, type AdmissionLimits } from './admission/limits.ts';
import { type AdmissionListener, admissionListener } from './admission/listener.ts';
import { LiveReads, type ReadLive } from './admission/live-reads.ts';
import { type DecisionListener, Observations } from './admission/observations.ts';
import { policyObjectReadsOf } from './admission/policy-object-reads.ts';
import { RunningComparisons } from './admission/running-comparisons.ts';
import type { Clock } from './clock.ts';
import { Shutdown, type ShutdownResult, type ShutdownTimes } from './lifecycle.ts';
import type { RunningOps } from './ops/start.ts';
import type { Readiness } from './readiness.ts';

/** An address to listen on; port 0 takes any free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface ServerOptions {
  readonly admission: ListenAddress & {
    readonly certificate: CertificateSource;
    readonly limits?: Partial<AdmissionLimits>;
  };
  /** What serves health already; it is closed with the server. */
  readonly ops?: RunningOps;
  /** The dashboard, being served; it is closed with the server. */
  readonly dashboard?: { close(): Promise<void> };
  readonly snapshot: () => Snapshot;
  /** How a namespace that the snapshot does not know is read; without it such a review is answered as the error policy says. */
  readonly readNamespace?: ReadLive<Namespace>;
  /** How the pods with a sidecar in a namespace are counted; without it nobody is told of them when the opt-in is taken away. */
  readonly countInjectedPods?: ReadLive<InjectedPods>;
  /** How an object of the policy that the snapshot does not know, or not as it is now, is looked up; without it what the snapshot knows counts. */
  readonly readPolicyObject?: (kind: PolicyKind) => ReadLive<PolicyObjectChange>;
  /** How what runs is compared under a changed policy; without it nobody hears what that would change. */
  readonly compareRunning?: CompareRunning;
  readonly sinks: readonly RecordSink[];
  /** Who counts decisions, beside metrics and records. */
  readonly listeners?: readonly DecisionListener[];
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly readiness: Readiness;
  readonly clock: Clock;
  /** The decision; the one of core unless a test needs it to fail. */
  readonly engine?: Engine;
}

export interface RunningServer {
  readonly admissionPort: number;
  readonly opsPort: number | undefined;
  /** Stops in order (see Shutdown); asked twice, it stops once. */
  close(times: ShutdownTimes): Promise<ShutdownResult>;
  /** Stops at once; calls in flight are cut, their records are still flushed. */
  abort(): Promise<ShutdownResult>;
}

/**
 * Starts the listener of reviews and resolves when it accepts connections. Readiness expects `certificate` and `admission-listener`.
 * @throws Error when the certificate cannot be served or an address not listened on; nothing of its own is left behind
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { admission, ops, metrics, log, readiness, clock } = options;
  const listening = readiness.expect('admission-listener');
  const forgetCertificate = awaitCertificate(admission.certificate, readiness);
  const limits = { ...ADMISSION_LIMITS, ...admission.limits };
  const faults = new FaultLog(log, () => clock.elapsedMs());
  const observations = new Observations(options.sinks, metrics, faults, clock, options.listeners);
  const { readNamespace, countInjectedPods, readPolicyObject, compareRunning } = options;
  const namespaceReads =
    readNamespace &&
    new LiveReads({
      what: 'namespace',
      read: readNamespace,
      withinMs: limits.liveReadMs,
      maxAtOnce: limits.maxNamespaceReads,
      onRead: metrics.admission.namespaceRead,
    });
  const podCounts =
    countInjectedPods &&
    new LiveReads({
      what: 'pods of namespace',
      read: countInjectedPods,
      withinMs: limits.liveReadMs,
      maxAtOnce: limits.maxPodCounts,
      onRead: metrics.admission.podCount,
    });
  const policyObjectReads =
    readPolicyObject &&
    policyObjectReadsOf((kind) => ({
      what: kind,
      read: readPolicyObject(kind),
      withinMs: limits.liveReadMs,
      maxAtOnce: limits.maxNamespaceReads,
      onRead: () => {},
    }));
  const answerer = new Answerer({
    engine: options.engine ?? { admit, failed, namespaceToRead, injectedPodsToCount, objectsToRead },
    snapshot: options.snapshot,
    namespaceReads,
    podCounts,
    policyObjectReads,
    comparisons: compareRunning && new RunningComparisons(compareRunning, log),
    liveReadMs: limits.liveReadMs,
    clock,
    metrics,
    log,
    faults,
  });
  const { certificate } = admission;
  const draining = () => readiness.draining;
  let reviews: AdmissionListener | undefined;
  try {
    reviews = admissionListener({ certificate, limits, answerer, observations, metrics, log, faults, clock, draining });
    await reviews.app.listen({ host: admission.host, port: admission.port });
  } catch (cause) {
    forgetCertificate();
    await reviews?.app.close().catch(() => {});
    const said = (cause as Error).message;
    throw new Error(
      reviews
        ? `cannot listen: ${said}; choose another address or free this one`
        : `cannot make the HTTPS listener: ${said}; check the certificate and its key`,
      { cause },
    );
  }
  listening();

  const shutdown = new Shutdown(
    {
      readinessOff: () => readiness.drain(),
      closeDashboard: async () => options.dashboard?.close(),
      closeAdmission: () => reviews.app.close(),
      destroyConnections: reviews.destroyConnections,
      flushRecords: () => observations.flush(),
      closeOps: async () => ops?.close(),
    },
    log,
  );
  return {
    admissionPort: portOf(reviews.app),
    opsPort: ops?.port,
    close: (times) => shutdown.run(times),
    abort: () => shutdown.abort(),
  };
}

/** Returns a function that ends the waiting. */
function awaitCertificate(source: CertificateSource, readiness: Readiness): () => void {
  const loaded = readiness.expect('certificate');
  if (!source.current) return source.onRenewed(loaded);
  loaded();
  return () => {};
}

function portOf(app: { readonly server: { address(): unknown } }): number {
  return (app.server.address() as AddressInfo).port;
}
