import { collectDefaultMetrics, Histogram, type Registry } from '@prometheus-io/client';
import type { Hook } from '../core/admission/hook.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { type AdoptionMetrics, adoptionMetrics } from './adoption-metrics.ts';
import type { AuthorityRepair, AuthorityRotation } from './certificate-metrics.ts';
import { type DashboardMetrics, dashboardMetrics } from './dashboard-metrics.ts';
import { described, metricMaker } from './metric-maker.ts';
import { type ConnectionFault, type LiveReadResult, METRIC_TABLE, type RejectionCause } from './metric-table.ts';
import { REGISTRATION_STATES, type RegistrationState } from './registration-metrics.ts';
import { type ScanMetrics, scanMetrics } from './scan-metrics.ts';
import { type ShadowMetrics, shadowMetrics } from './shadow-metrics.ts';
import type { WatchRestart } from './watch-metrics.ts';
import { type WatchdogMetrics, watchdogMetrics } from './watchdog-metrics.ts';

/** What one watch reports about itself. Times are in milliseconds since the epoch. */
export interface WatchMetrics {
  contact(atMs: number): void;
  restarted(cause: WatchRestart): void;
  listed(): void;
  objects(count: number): void;
}

/** Everything the process measures. Made once by the composition root and passed to the parts that report. */
export interface Metrics {
  readonly admission: {
    /** A review was answered; `seconds` is from the last byte of the body to the answer. */
    decided(hook: Hook, verdict: string, reason: string, seconds: number): void;
    reinvoked(hook: Hook): void;
    internalError(cause: 'internal-error' | 'namespace-unknown' | 'deadline-exceeded'): void;
    rejected(cause: RejectionCause): void;
    connectionFault(fault: ConnectionFault): void;
    namespaceRead(result: LiveReadResult): void;
    podCount(result: LiveReadResult): void;
  };
  /** The metrics of the watch of one resource, such as `namespaces`. */
  watch(resource: string): WatchMetrics;
  /** What the watch tells about opt-ins that did not pass Pillion. */
  readonly optIns: { unseen(change: 'opened' | 'closed'): void; unfitting(count: number): void };
  /** How many Services say something about their traffic that is not accepted. */
  readonly traffic: { refused(services: number): void };
  readonly certificate: { loaded(notAfter: Date): void; reloaded(result: 'renewed' | 'failed'): void };
  readonly authority: {
    /** This authority signs, until then at most. */
    signs(until: Date): void;
    rotation(step: AuthorityRotation): void;
    repaired(cause: AuthorityRepair): void;
  };
  readonly registration: {
    applied(result: 'applied' | 'failed'): void;
    /** The object of this resource and name is in this state now; undefined: it is no longer registered. */
    state(resource: string, name: string, state: RegistrationState | undefined): void;
    repaired(resource: string, name: string): void;
  };
  /** How many hooks of other injectors select the same pods. */
  readonly otherInjectors: { overlapping(hooks: number): void };
  /** Whether this replica is the one that registers. */
  registrar(holds: boolean): void;
  readonly policy: {
    active(policy: ActivePolicy): void;
    reloaded(result: 'renewed' | 'refused'): void;
    stale(stale: boolean): void;
  };
  /** What policies in mode Shadow say. */
  readonly shadows: ShadowMetrics;
  /** What the watchdog does. */
  readonly watchdog: WatchdogMetrics;
  readonly records: { dropped(sink: 'stdout', records: number): void };
  /** What the background scan finds. */
  readonly scan: ScanMetrics;
  /** How far the rollout is. */
  readonly adoption: AdoptionMetrics;
  /** Who reads the dashboard. */
  readonly dashboard: DashboardMetrics;
  readonly readiness: { part(name: string, ready: boolean): void };
  /** The Prometheus text of all metrics and its media type. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/**
 * Registers every metric of the table in `registry`, which is the caller's own: there is no global one.
 * `process` adds the library's process and runtime metrics (resident memory, event loop lag, garbage collection).
 */
export function createMetrics(
  registry: Registry,
  build: { readonly version: string; readonly node: string },
  options: { readonly process: boolean } = { process: true },
): Metrics {
  const make = metricMaker(registry);
  const { counter, gauge } = make;
  const t = METRIC_TABLE;
  const duration = new Histogram<string>({
    ...described(t.duration),
    buckets: [...t.duration.buckets],
    registers: [registry],
  });
  const decisions = counter(t.decisions);
  const reinvocations = counter(t.reinvocations);
  const internalErrors = counter(t.internalErrors);
  const rejected = counter(t.rejected);
  const connectionFaults = counter(t.connectionFaults);
  const namespaceReads = counter(t.namespaceReads);
  const injectedPodCounts = counter(t.injectedPodCounts);
  const unseenOptIns = counter(t.unseenOptIns);
  const unfittingStamps = gauge(t.unfittingStamps);
  const watchLastContact = gauge(t.watchLastContact);
  const watchRestarts = counter(t.watchRestarts);
  const watchLists = counter(t.watchLists);
  const watchObjects = gauge(t.watchObjects);
  const refusedTrafficValues = gauge(t.refusedTrafficValues);
  const certificateNotAfter = gauge(t.certificateNotAfter);
  const certificateReloads = counter(t.certificateReloads);
  const authorityNotAfter = gauge(t.authorityNotAfter);
  const authorityRotations = counter(t.authorityRotations);
  const authorityRepairs = counter(t.authorityRepairs);
  const registrations = counter(t.registrations);
  const registrationObjects = gauge(t.registrationObjects);
  const registrationRepairs = counter(t.registrationRepairs);
  const otherInjectorOverlaps = gauge(t.otherInjectorOverlaps);
  const registrar = gauge(t.registrar);
  const policyReloads = counter(t.policyReloads);
  const policyStale = gauge(t.policyStale);
  const policyInfo = gauge(t.policyInfo);
  const policyExceptions = gauge(t.policyExceptions);
  const droppedRecords = counter(t.droppedRecords);
  const ready = gauge(t.ready);
  gauge(t.buildInfo).set({ version: build.version, node: build.node }, 1);
  if (options.process) collectDefaultMetrics({ register: registry });

  return {
    admission: {
      decided(hook, verdict, reason, seconds) {
        decisions.inc({ hook, verdict, reason });
        duration.observe({ hook, verdict }, seconds);
      },
      reinvoked: (hook) => reinvocations.inc({ hook }),
      internalError: (cause) => internalErrors.inc({ cause }),
      rejected: (cause) => rejected.inc({ cause }),
      connectionFault: (fault) => connectionFaults.inc({ fault }),
      namespaceRead: (result) => namespaceReads.inc({ result }),
      podCount: (result) => injectedPodCounts.inc({ result }),
    },
    watch: (resource) => ({
      contact: (atMs) => watchLastContact.set({ resource }, atMs / 1000),
      restarted: (cause) => watchRestarts.inc({ resource, cause }),
      listed: () => watchLists.inc({ resource }),
      objects: (count) => watchObjects.set({ resource }, count),
    }),
    optIns: {
      unseen: (change) => unseenOptIns.inc({ change }),
      unfitting: (count) => unfittingStamps.set(count),
    },
    traffic: { refused: (services) => refusedTrafficValues.set(services) },
    certificate: {
      loaded: (notAfter) => certificateNotAfter.set(notAfter.getTime() / 1000),
      reloaded: (result) => certificateReloads.inc({ result }),
    },
    authority: {
      signs: (until) => authorityNotAfter.set(until.getTime() / 1000),
      rotation: (step) => authorityRotations.inc({ step }),
      repaired: (cause) => authorityRepairs.inc({ cause }),
    },
    registration: {
      applied: (result) => registrations.inc({ result }),
      state(resource, name, state) {
        for (const each of REGISTRATION_STATES) registrationObjects.remove({ resource, name, state: each });
        if (state === undefined) return;
        registrationObjects.set({ resource, name, state }, 1);
        // a series that first appears with its first event has no increase to alert on
        registrationRepairs.inc({ resource, name }, 0);
      },
      repaired: (resource, name) => registrationRepairs.inc({ resource, name }),
    },
    otherInjectors: { overlapping: (hooks) => otherInjectorOverlaps.set(hooks) },
    registrar: (holds) => registrar.set(holds ? 1 : 0),
    policy: {
      active({ name, revision, exclusions, waivers, ended }) {
        policyInfo.reset();
        policyInfo.set({ name, revision }, 1);
        policyExceptions.set({ state: 'counting' }, exclusions.length + waivers.length);
        policyExceptions.set({ state: 'ended' }, ended.length);
      },
      reloaded: (result) => policyReloads.inc({ result }),
      stale: (stale) => policyStale.set(stale ? 1 : 0),
    },
    shadows: shadowMetrics(counter(t.shadowDecisions), counter(t.shadowDifferences)),
    watchdog: watchdogMetrics(make),
    scan: scanMetrics(make),
    adoption: adoptionMetrics(make),
    dashboard: dashboardMetrics(make),
    records: { dropped: (sink, records) => droppedRecords.inc({ sink }, records) },
    readiness: { part: (name, isReady) => ready.set({ part: name }, isReady ? 1 : 0) },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
