import { randomUUID } from 'node:crypto';
import { Registry } from '@prometheus-io/client';
import type { Logger } from 'pino';
import { runningComparer } from '../cluster/compare-running.ts';
import { connect } from '../cluster/connect.ts';
import { DecisionCounts } from '../cluster/decision-counts.ts';
import { policyObjectReader } from '../cluster/policy-objects/read-policy-object.ts';
import { namespaceReader } from '../cluster/read-namespace.ts';
import { injectedPodCounter } from '../cluster/read-pods.ts';
import { ServerClock } from '../cluster/server-clock.ts';
import { ShadowSummaries } from '../cluster/shadow-summaries.ts';
import { SnapshotHolder } from '../cluster/snapshot-holder.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { namespaceLabelsRead } from '../core/policy/namespace-labels.ts';
import { renderRegistration } from '../core/registration/registration.ts';
import { VERSION } from '../core/version.ts';
import { FaultLog } from '../telemetry/fault-log.ts';
import { createLog, flushed } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { openCertificates } from './certificates.ts';
import { watchCluster } from './cluster-watches.ts';
import { firstSnapshot, followPolicy } from './followed-policy.ts';
import { type ShutdownTimes, shutDownOnSignal } from './lifecycle.ts';
import { openPolicy } from './open-policy.ts';
import { Remarks } from './ops/remarks.ts';
import { startOps } from './ops/start.ts';
import { Readiness } from './readiness.ts';
import { recordOutput } from './record-output.ts';
import { Registrar } from './registrar.ts';
import { backgroundScan } from './scan.ts';
import type { Host, ServeOptions } from './serve-options.ts';
import { startServer } from './start.ts';
import { watchdogOf } from './watchdog.ts';

const NOTHING_REGISTERED =
  'nothing is registered with the API server, so nothing is injected until somebody registers this address; ' +
  '--webhook-url or --webhook-service does';

/**
 * Runs the webhook until a signal ends it: namespaces are watched, the listeners started, and the hooks registered when
 * everything else is ready.
 * @throws Error when the kubeconfig or a file cannot be read or an address is taken; each says what to do
 */
export async function serve(options: ServeOptions, host: Host): Promise<void> {
  const log = createLog(options.logLevel);
  try {
    await serveUntilSignal(options, host, log);
  } finally {
    await flushed(log);
  }
}

async function serveUntilSignal(options: ServeOptions, host: Host, log: Logger): Promise<void> {
  const { registration: registered } = options;
  const clock = { now: () => new Date(), elapsedMs: () => performance.now() };
  const faults = new FaultLog(log, () => clock.elapsedMs());
  host.onUncaught((err) => faults.report(err, 'an error that nobody caught; please report it'));
  const metrics = createMetrics(new Registry(), { version: VERSION, node: process.version });
  const readiness = new Readiness(metrics.readiness.part);
  const stdout = recordOutput(options.recordFormat, host.name, metrics, log);

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
  const { dashboard: address } = options;
  // a server without a dashboard does not hold its code
  const opened =
    address && (await import('./dashboard.ts')).openDashboard({ address, options, host, transport, trust, clock });
  const sinks = [stdout, ...(opened ? [opened.feed] : [])];
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
  const snapshot = new SnapshotHolder(firstSnapshot(policy));
  const shadows = new ShadowSummaries(clock.now);
  const decisions = new DecisionCounts();
  const watches = watchCluster({
    transport,
    snapshot,
    labels: namespaceLabelsRead(policy.active, ...policy.shadows),
    writeRecord: (record) => void sinks.map((sink) => sink.write(record)),
    readiness,
    log,
    metrics,
    today: clock.now,
    installation: options.installation,
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
      onHolds: () => {
        followed.look();
        scan?.look();
      },
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
  const followed = followPolicy(policy, {
    transport,
    snapshot,
    watches,
    registrar,
    objectsFor,
    register,
    onInForce: () => scan?.look(),
    installation: options.installation,
    replica: host.name,
    shadows,
    decisions,
    log,
    metrics,
  });
  const replica = host.name;
  const { installation, scanPeriodMs: periodMs, watchdog: bounds } = options;
  const scan = backgroundScan({ transport, snapshot, registrar, installation, replica, periodMs, log, metrics });
  const stopFollowing = async (): Promise<void> => {
    await Promise.all([scan?.stop(), followed.stop(), certificates.close(), watches.stop()]);
  };
  const stopAll = async (error: unknown): Promise<never> => {
    await Promise.all([stopFollowing(), ops.close()]);
    throw error;
  };
  const shown = { snapshot, certificate, readiness, remarks, metrics, faults, log };
  const dashboard = await opened?.serve(shown).catch(stopAll);
  const server = await startServer({
    admission: { ...options.admission, certificate },
    ops,
    snapshot: () => snapshot.current,
    readNamespace: namespaceReader(transport),
    countInjectedPods: injectedPodCounter(transport),
    readPolicyObject: policyObjectReader(transport),
    compareRunning: runningComparer(transport),
    sinks,
    ...(dashboard && { dashboard }),
    listeners: [shadows, decisions],
    metrics,
    log,
    readiness,
    clock,
  }).catch(async (error: unknown) => {
    await dashboard?.close();
    return stopAll(error);
  });
  // now that everything else is expected
  policyInForce();
  const { name, revision } = policy.active;
  log.info({ version: VERSION, policy: name, revision, port: server.admissionPort }, 'serving');
  followed.start();
  const acting = registrar && installation && { registrar, installation, replica };
  const watchdog =
    bounds && acting && watchdogOf({ ...acting, transport, bounds, readiness, snapshot, log, metrics, clock });
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
    scan?.start();
    return register();
  });
  // what is registered with an API server that is too old would do harm
  const objection = await Promise.race([stopped, registrar?.start() ?? stopped]);
  if (typeof objection === 'object') await server.abort();
  await Promise.all([watchdog?.stop(), registrar?.stop(), stopFollowing()]);
  if (typeof objection === 'object') throw objection;
}
