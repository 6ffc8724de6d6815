import { Registry } from '@prometheus-io/client';
import { FileCertificate } from '../cluster/certificates/file-certificate.ts';
import { connect } from '../cluster/connect.ts';
import { PolicyFiles, type PolicyFromFiles } from '../cluster/policy-files.ts';
import { namespaceReader } from '../cluster/read-namespace.ts';
import { injectedPodCounter } from '../cluster/read-pods.ts';
import { readCaBundle } from '../cluster/registration/ca-bundle.ts';
import { Registration } from '../cluster/registration.ts';
import { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import { UnseenOptIns } from '../cluster/unseen-opt-ins.ts';
import { watchNamespaces } from '../cluster/watched-namespaces.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { namespaceLabelsRead } from '../core/policy/namespace-labels.ts';
import { renderRegistration, type WebhookAddress } from '../core/registration/registration.ts';
import { VERSION } from '../core/version.ts';
import { FaultLog } from '../telemetry/fault-log.ts';
import { createLog, type LogLevel } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { type RecordFormat, streamSink } from '../telemetry/record-sink.ts';
import { type ShutdownTimes, type SignalSource, shutDownOnSignal } from './lifecycle.ts';
import { Readiness } from './readiness.ts';
import { type ListenAddress, startServer } from './start.ts';

/** How a running Pillion is told what to do; every field comes from the command line. */
export interface ServeOptions {
  readonly policy: PolicyFromFiles;
  readonly admission: ListenAddress;
  readonly ops: ListenAddress;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where the API server finds us; without it nothing is registered. */
  readonly registration?: { readonly address: WebhookAddress; readonly caFile: string };
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
  const { policy, certificateFile, keyFile, registration: registered } = options;
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

  const caBundle = registered === undefined ? '' : await readCaBundle(registered.caFile);
  const { kubeconfig, context } = options;
  const transport = await connect({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  const snapshot = new SnapshotHolder({ policy: policy.active, namespaces: new Map() });
  const namespaces = watchNamespaces({
    transport,
    labels: namespaceLabelsRead(policy.active),
    publish: (all) => snapshot.replace({ namespaces: all }),
    unseen: new UnseenOptIns({
      policy: () => snapshot.current.policy,
      write: sink.write,
      log,
      metrics: metrics.optIns,
      now: clock.now,
    }),
    onSynced: readiness.expect('namespaces'),
    log,
    metrics: metrics.watch('namespaces'),
    now: Date.now,
    random: Math.random,
  });
  const certificate = await FileCertificate.follow({ certificateFile, keyFile, log, metrics: metrics.certificate });
  const registration = new Registration({
    transport,
    log,
    metrics: metrics.registration,
    watchMetrics: metrics.watch,
    now: Date.now,
    elapsedMs: clock.elapsedMs,
    random: Math.random,
  });
  // before the rest is ready nothing may call us; then what is active at that time is registered
  const objectsFor = (active: ActivePolicy) =>
    registered === undefined || !readiness.ready ? [] : renderRegistration(active, registered.address, caBundle);
  const register = async (): Promise<void> => {
    const objects = objectsFor(snapshot.current.policy);
    if (objects.length > 0) await registration.apply(objects);
  };
  const policyFiles = new PolicyFiles({
    policy,
    use: async (next) => {
      await registration.prepare(objectsFor(next));
      await namespaces.keepLabels(namespaceLabelsRead(next), () => snapshot.replace({ policy: next }));
      void register();
    },
    log,
    metrics: metrics.policy,
  });
  const stopFollowing = async (): Promise<void> => {
    policyFiles.close();
    certificate.close();
    await namespaces.stop();
  };
  const server = await startServer({
    admission: { ...options.admission, certificate },
    ops: options.ops,
    snapshot: () => snapshot.current,
    readNamespace: namespaceReader(transport),
    countInjectedPods: injectedPodCounter(transport),
    sinks: [sink],
    metrics,
    log,
    readiness,
    clock,
  }).catch(async (error: unknown) => {
    await stopFollowing();
    throw error;
  });
  const { name, revision } = policy.active;
  log.info({ version: VERSION, policy: name, revision, port: server.admissionPort }, 'serving');
  policyFiles.start();
  if (registered === undefined) log.info(NOTHING_REGISTERED);

  const stopped = shutDownOnSignal(host.signals, server, options.shutdown, log);
  void readiness.whenReady().then(() => {
    log.info('ready');
    return register();
  });
  await stopped;
  await Promise.all([registration.stop(), stopFollowing()]);
}
