import { HOOKS } from '../core/admission/hook.ts';
import { ADOPTION_METRICS } from './adoption-metrics.ts';
import { CERTIFICATE_METRICS } from './certificate-metrics.ts';
import { DASHBOARD_METRICS } from './dashboard-metrics.ts';
import { REGISTRATION_METRICS } from './registration-metrics.ts';
import { SCAN_METRICS } from './scan-metrics.ts';
import { SHADOW_METRICS } from './shadow-metrics.ts';
import { WATCH_METRICS } from './watch-metrics.ts';
import { WATCHDOG_METRICS } from './watchdog-metrics.ts';

/** A label: the closed list of its values, or where the values come from when another catalogue owns them. */
export type LabelValues = readonly string[] | string;

/** One metric: drives both its registration and its line in docs/metrics.md. */
export interface MetricRow {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  readonly buckets?: readonly number[];
}

/** Why a request was turned away before a decision was made; the answers are in src/server/admission/refusal.ts. */
export const REJECTION_CAUSES = [
  'not_json',
  'unanswerable',
  'too_large',
  'too_slow',
  'too_many_bytes_in_flight',
  'wrong_path',
  'wrong_method',
  'malformed_request',
  'aborted',
] as const;
export type RejectionCause = (typeof REJECTION_CAUSES)[number];

/** What went wrong on a connection, below the level of a request. */
export const CONNECTION_FAULTS = ['tls', 'malformed_http', 'request_timeout', 'reset', 'http2_session'] as const;
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];

/** How a live read of the API server for one review ended. */
export const LIVE_READS = ['found', 'absent', 'failed', 'timeout', 'overloaded'] as const;
export type LiveReadResult = (typeof LIVE_READS)[number];

const VERDICTS: LabelValues = ['inject', 'skip', 'deny', 'allow', 'error'];

/** Every metric of Pillion's own. Label values are bounded: none comes from a request. */
export const METRIC_TABLE = {
  decisions: {
    name: 'pillion_admission_decisions_total',
    type: 'counter',
    help: 'Admission reviews answered.',
    labels: { hook: HOOKS, verdict: VERDICTS, reason: 'the catalogue of reasons (docs/reasons.md)' },
  },
  duration: {
    name: 'pillion_admission_duration_seconds',
    type: 'histogram',
    help: 'From the last byte of a review to its answer, a live read of the namespace included.',
    labels: { hook: HOOKS, verdict: VERDICTS },
    // admit takes 30 to 60 us on a small pod, so the first bucket holds the healthy case; 1 and 5 s are the timeouts
    // that the webhook configurations set, so the last ones show calls the API server has given up
    buckets: [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  reinvocations: {
    name: 'pillion_admission_reinvocations_total',
    type: 'counter',
    help: 'Calls for a pod that was already decided and recorded: the API server asks again when a later webhook or plugin changes it.',
    labels: { hook: HOOKS },
  },
  internalErrors: {
    name: 'pillion_admission_internal_errors_total',
    type: 'counter',
    help: 'Reviews answered as policy.onError says, because Pillion itself failed. Never a denial by a rule.',
    labels: { cause: ['internal-error', 'namespace-unknown', 'deadline-exceeded'] },
  },
  rejected: {
    name: 'pillion_admission_rejected_requests_total',
    type: 'counter',
    help: 'Requests on the admission listener that were turned away before a decision.',
    labels: { cause: REJECTION_CAUSES },
  },
  connectionFaults: {
    name: 'pillion_admission_connection_faults_total',
    type: 'counter',
    help: 'Connections of the admission listener that failed below the level of a request.',
    labels: { fault: CONNECTION_FAULTS },
  },
  namespaceReads: {
    name: 'pillion_namespace_reads_total',
    type: 'counter',
    help: 'Live reads of a namespace that the watch did not know yet.',
    labels: { result: LIVE_READS },
  },
  injectedPodCounts: {
    name: 'pillion_injected_pod_counts_total',
    type: 'counter',
    help: 'Live counts of the pods with a sidecar in a namespace whose opt-in is taken away.',
    labels: { result: LIVE_READS },
  },
  unseenOptIns: {
    name: 'pillion_opt_in_changes_unseen_total',
    type: 'counter',
    help: 'Changes of the opt-in of a namespace that the watch saw and that had not passed Pillion.',
    labels: { change: ['opened', 'closed'] },
  },
  unfittingStamps: {
    name: 'pillion_namespaces_with_unfitting_stamps',
    type: 'gauge',
    help: 'Namespaces that are open without a stamp that says who enabled them, or closed with one: changed before Pillion was installed, or past it.',
    labels: {},
  },
  ...WATCH_METRICS,
  refusedTrafficValues: {
    name: 'pillion_traffic_values_refused',
    type: 'gauge',
    help: 'Services whose annotation pillion.io/traffic is not accepted; what each said before counts, or nothing where it never said anything else.',
    labels: {},
  },
  ...CERTIFICATE_METRICS,
  ...REGISTRATION_METRICS,
  otherInjectorOverlaps: {
    name: 'pillion_other_injector_overlaps',
    type: 'gauge',
    help: 'Hooks of other injectors that select the same pods as Pillion; while there are any, nothing is registered newly.',
    labels: {},
  },
  registrar: {
    name: 'pillion_registrar',
    type: 'gauge',
    help: '1 on the replica that registers: the one that holds the Lease. 0 on the others; their sum is 1, but for the moments of a handover.',
    labels: {},
  },
  policyReloads: {
    name: 'pillion_policy_reloads_total',
    type: 'counter',
    help: 'Changed policies that were judged, from files or objects of the cluster. After a refused change the previous policy stays active.',
    labels: { result: ['renewed', 'refused'] },
  },
  policyStale: {
    name: 'pillion_policy_stale',
    type: 'gauge',
    help: '1 while the active policy is older than its files or objects, because these are refused or not in force yet, otherwise 0.',
    labels: {},
  },
  policyInfo: {
    name: 'pillion_policy_info',
    type: 'gauge',
    help: 'Always 1; the labels say which policy is active.',
    labels: { name: 'of the policy', revision: 'of the policy and its profiles' },
  },
  policyExceptions: {
    name: 'pillion_policy_exceptions',
    type: 'gauge',
    help: 'Exclusions and waivers of the active policy. `ended` ones count no more.',
    labels: { state: ['counting', 'ended'] },
  },
  ...SHADOW_METRICS,
  ...WATCHDOG_METRICS,
  ...SCAN_METRICS,
  ...ADOPTION_METRICS,
  ...DASHBOARD_METRICS,
  droppedRecords: {
    name: 'pillion_records_dropped_total',
    type: 'counter',
    help: 'Decision records that could not be written, because the reader of the stream is too slow or gone.',
    labels: { sink: ['stdout'] },
  },
  ready: {
    name: 'pillion_ready',
    type: 'gauge',
    help: '1 when this part is ready, 0 while it is awaited.',
    labels: { part: 'the parts of the process' },
  },
  buildInfo: {
    name: 'pillion_build_info',
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: { version: 'of Pillion', node: 'of Node.js' },
  },
} as const satisfies Record<string, MetricRow>;
