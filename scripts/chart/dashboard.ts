import { grafana, type Panel } from './grafana.ts';

const PANELS: readonly Panel[] = [
  {
    title: 'Replicas ready',
    kind: 'stat',
    queries: [['count(min by (instance) (pillion_ready) == 1) or vector(0)', 'ready']],
  },
  {
    title: 'Serving certificate, time left',
    kind: 'stat',
    unit: 's',
    queries: [['min(pillion_certificate_not_after_timestamp_seconds) - time()', 'left']],
  },
  {
    title: 'Authority, time left',
    kind: 'stat',
    unit: 's',
    queries: [['min(pillion_authority_not_after_timestamp_seconds) - time()', 'left']],
  },
  {
    title: 'Registered objects by state',
    kind: 'stat',
    queries: [['sum by (state) (max by (resource, name, state) (pillion_registration_objects))', '{{state}}']],
  },
  {
    title: 'Decisions about pods that are created',
    unit: 'reqps',
    queries: [
      [
        'sum by (verdict, reason) (rate(pillion_admission_decisions_total{hook="inject"}[$__rate_interval]))',
        '{{verdict}} {{reason}}',
      ],
    ],
  },
  {
    title: 'What others were told, and what became of pods',
    unit: 'reqps',
    queries: [
      [
        'sum by (hook, reason) (rate(pillion_admission_decisions_total{hook!="inject"}[$__rate_interval]))',
        '{{hook}} {{reason}}',
      ],
    ],
  },
  {
    title: 'Time to answer',
    unit: 's',
    queries: [
      [
        'histogram_quantile(0.5, sum by (le, hook) (rate(pillion_admission_duration_seconds_bucket[$__rate_interval])))',
        '{{hook}} p50',
      ],
      [
        'histogram_quantile(0.99, sum by (le, hook) (rate(pillion_admission_duration_seconds_bucket[$__rate_interval])))',
        '{{hook}} p99',
      ],
    ],
  },
  {
    title: 'What policies in mode Shadow would decide otherwise',
    unit: 'reqps',
    queries: [
      [
        'sum by (policy, verdict, shadow) (rate(pillion_shadow_differences_total[$__rate_interval]))',
        '{{policy}}: {{shadow}} instead of {{verdict}}',
      ],
      [
        'sum by (policy) (rate(pillion_shadow_decisions_total{result="failed"}[$__rate_interval]))',
        '{{policy}}: could not be asked',
      ],
    ],
  },
  {
    title: 'Failures',
    unit: 'reqps',
    queries: [
      ['sum by (cause) (rate(pillion_admission_internal_errors_total[$__rate_interval]))', 'internal {{cause}}'],
      ['sum by (cause) (rate(pillion_admission_rejected_requests_total[$__rate_interval]))', 'turned away {{cause}}'],
      ['sum by (fault) (rate(pillion_admission_connection_faults_total[$__rate_interval]))', 'connection {{fault}}'],
    ],
  },
  {
    title: 'Repairs of what is registered',
    queries: [
      [
        'sum by (resource, name) (increase(pillion_registration_repairs_total[$__rate_interval]))',
        '{{resource}} {{name}}',
      ],
    ],
  },
  {
    title: 'Silence of the watches',
    unit: 's',
    queries: [['max by (resource) (time() - pillion_watch_last_contact_timestamp_seconds)', '{{resource}}']],
  },
  {
    title: 'Replicas by policy',
    queries: [['count by (name, revision) (pillion_policy_info)', '{{name}} {{revision}}']],
  },
  {
    title: 'Memory',
    unit: 'bytes',
    queries: [['process_resident_memory_bytes and on (instance) pillion_build_info', '{{instance}}']],
  },
];

/** charts/pillion/files/dashboard.json: what Grafana shows of Pillion. */
export const dashboard = (): string => grafana({ uid: 'pillion', title: 'Pillion', panels: PANELS, variables: [] });
