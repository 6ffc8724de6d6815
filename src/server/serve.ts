import { randomUUID } from 'node:crypto';
import { Registry } from '@prometheus-io/client';
import { connect } from '../cluster/connect.ts';
import type { PolicyInConfigMap } from '../cluster/policy-config-map.ts';
import type { PolicyFromFiles } from '../cluster/policy-files.ts';
import { namespaceReader } from '../cluster/read-namespace.ts';
import { injectedPodCounter } from '../cluster/read-pods.ts';
import { ServerClock } from '../cluster/server-clock.ts';
import { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { namespaceLabelsRead } from '../core/policy/namespace-labels.ts';
import type { RegistrationMode } from '../core/registration/mode.ts';
import { renderRegistration, type WebhookAddress } from '../core/registration/registration.ts';
import { VERSION } from '../core/version.ts';
import { FaultLog } from '../telemetry/fault-log.ts';
import { createLog, type LogLevel } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { type RecordFormat, streamSink } from '../telemetry/record-sink.ts';
import { type CertificateFiles, type OwnCertificates, openCertificates } from './certificates.ts';
import { watchCluster } from './cluster-watches.ts';
import { type ShutdownTimes, type SignalSource, shutDownOnSignal } from './lifecycle.ts';
import { openPolicy } from './open-policy.ts';
import { Remarks } from './ops/remarks.ts';
import { startOps } from './ops/start.ts';
import { Readiness } from './readiness.ts';
import { type Installation, Registrar } from './registrar.ts';
import { type ListenAddress, startServer } from './start.ts';

/** How a running Pillion is told what to do; every field comes from the command line. */
export interface ServeOptions {
  readonly policy: PolicyFromFiles | PolicyInConfigMap;
  readonly admission: ListenAddress;
  readonly ops: ListenAddress;
  readonly certificates: CertificateFiles | OwnCertificates;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where the API server finds us; without it nothing is registered. */
  readonly registration?: {
    readonly address: WebhookAddress;
    readonly mode: RegistrationMode;
    /** Registers although another injector selects the same pods. */
    readonly besideIstioInjector: boolean;
  };
  /** Whose what is registered is, and where it is remembered; without it everything ends with the process. */
  readonly installation?: Installation;
  /** How long the Lease of the replica that registers lasts. */
  readonly leaseDurationMs?: number;
  readonly logLevel: LogLevel;
  readonly recordFormat: RecordFormat;
  readonly shutdown: ShutdownTimes;
}

const NOTHING_REGISTERED =
  'nothing is registered with the API server, so nothing is injected until somebody registers this address; ' +
  '--webhook-url or --webhook-service does';

/** The process that the server runs in, as far as it is used. */
export interface Host {
  readonly name: string;
  readonly signals: SignalSource;
  /** What nobody caught: logged, and the process goes on, since one review can have no effect on the next. */
  onUncaught(listener: (error: unknown) => void): void;
}

/**
 * Runs the webhook until a signal ends it: namespaces are watched, the listeners started, and the hooks registered when
 * everything else is ready.
 * @throws Error when the kubeconfig or a file cannot be read or an address is taken; each says what to do
 */
export async function serve(options: ServeOptions, host: Host): Promise<void> {
  const { registration: registered } = options;
  const log = createLog(options.logLevel);
  const clock = { now: () => new Date(), elapsedMs: () => performance.now() };
  const faults = new FaultLog(log, () => clock.elapsedMs());
  host.onUncaught((err) => faults.report(err, 'an error that nobody caught; please report it'));
  const metrics = createMetrics(new Registry(), { version: VERSION, node: process.version });
  const readiness = new Readiness(metrics.readiness.part);
  const sink = streamSink({
    format: options.recordFormat,
    host: host.name,
    destination: 1,
    onDropped: () => metrics.records.dropped('stdout'),
  });

  const serverClock = new ServerClock(clock.elapsedMs);
  const { kubeconfig, context } = options;
  const transport = await connect({
    clock: serverClock,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  // before anything runs that would have to be stopped when a file cannot be used
  const { certificate, trust, ...certificates } = await openCertificates(options.certificates, {
    transport,
    serverClock,
    log,
    metrics,
    now: Date.now,
    elapsedMs: clock.elapsedMs,
    random: Math.random,
  });
  const remarks = new Remarks();
  const policyInForce = readiness.expect('policy');
  const ops = await startOps({ ...options.ops, readiness, metrics, remarks }).catch(async (error: unknown) => {
    await certificates.close();
    throw error;
  });
  const stopAgain = async (): Promise<void> => void (await Promise.all([certificates.close(), ops.close()]));
  const { elapsedMs } = clock;
  const reading = { transport, signals: host.signals, log, remarks, elapsedMs };
  const policy = await openPolicy(options.policy, reading).catch(async (error: unknown) => {
    await stopAgain();
    throw error;
  });
  if (policy === undefined) return stopAgain();
  const snapshot = new SnapshotHolder({ policy: policy.active, namespaces: new Map() });
  const watches = watchCluster({
    transport,
    snapshot,
    labels: namespaceLabelsRead(policy.active),
    writeRecord: sink.write,
    readiness,
    log,
    metrics,
    today: clock.now,
  });
  const registrar =
    registered &&
    new Registrar({
      transport,
      mode: registered.mode,
      installation: options.installation,
      besideIstioInjector: registered.besideIstioInjector,
      policy: () => snapshot.current.policy,
      log,
      metrics,
      remarks,
      elapsedMs: clock.elapsedMs,
      identity: `${host.name}_${randomUUID()}`,
      leaseDurationMs: options.leaseDurationMs,
    });
  // before the rest is ready nothing may call us; then what is active at that time is registered
  const objectsFor = (active: ActivePolicy) =>
    registered === undefined || trust?.current === undefined || !readiness.ready
      ? []
      : renderRegistration(active, registered.address, trust.current);
  const register = async (): Promise<void> => {
    await registrar?.register(() => objectsFor(snapshot.current.policy));
  };
  trust?.onChanged(() => void register());
  const policyText = policy.follow({
    use: async (next, superseded) => {
      await registrar?.prepare(objectsFor(next), superseded);
      await watches.keepLabels(namespaceLabelsRead(next), () => snapshot.replace({ policy: next }));
      void register();
    },
    log,
    metrics: metrics.policy,
    watchMetrics: metrics.watch('policy-config-map'),
  });
  const stopFollowing = async (): Promise<void> => {
    policyText.close();
    await Promise.all([certificates.close(), watches.stop()]);
  };
  const server = await startServer({
    admission: { ...options.admission, certificate },
    ops,
    snapshot: () => snapshot.current,
    readNamespace: namespaceReader(transport),
    countInjectedPods: injectedPodCounter(transport),
    sinks: [sink],
    metrics,
    log,
    readiness,
    clock,
  }).catch(async (error: unknown) => {
    await Promise.all([stopFollowing(), ops.close()]);
    throw error;
  });
  // now that everything else is expected
  policyInForce();
  const { name, revision } = policy.active;
  log.info({ version: VERSION, policy: name, revision, port: server.admissionPort }, 'serving');
  policyText.start();
  if (registered === undefined) log.info(NOTHING_REGISTERED);

  const handingOver = {
    close: (times: ShutdownTimes) => {
      void registrar?.handOver();
      return server.close(times);
    },
    abort: () => server.abort(),
  };
  const stopped = shutDownOnSignal(host.signals, handingOver, options.shutdown, log);
  void readiness.whenReady().then(() => {
    log.info('ready');
    return register();
  });
  // what is registered with an API server that is too old would do harm
  const objection = await Promise.race([stopped, registrar?.start() ?? stopped]);
  if (typeof objection === 'object') await server.abort();
  await Promise.all([registrar?.stop(), stopFollowing()]);
  if (typeof objection === 'object') throw objection;
}
