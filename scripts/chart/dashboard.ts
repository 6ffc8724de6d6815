interface Panel {
  readonly title: string;
  readonly queries: readonly (readonly [expression: string, legend: string])[];
  readonly unit?: string;
  readonly kind?: 'timeseries' | 'stat';
}

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

const WIDTH = 24;

/** charts/pillion/files/dashboard.json: what Grafana shows of Pillion. */
export function dashboard(): string {
  const datasource = { type: 'prometheus', uid: '$datasource' };
  let x = 0;
  let y = 0;
  const panels = PANELS.map(({ title, queries, unit = 'short', kind = 'timeseries' }, index) => {
    const [w, h] = kind === 'stat' ? [6, 4] : [12, 8];
    const gridPos = { x, y, w, h };
    x = (x + w) % WIDTH;
    if (x === 0) y += h;
    return {
      id: index + 1,
      type: kind,
      title,
      datasource,
      gridPos,
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: queries.map(([expr, legendFormat], query) => ({
        refId: String.fromCharCode(65 + query),
        datasource,
        expr,
        legendFormat,
      })),
    };
  });
  const content = {
    uid: 'pillion',
    title: 'Pillion',
    tags: ['pillion'],
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
    panels,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
