import { choice, duration, flag, group, text, texts } from './building-blocks.ts';

/** What Prometheus and Grafana are given. */
export const monitoring = group('For Prometheus and Grafana.', {
  scrape: choice(
    ['None', 'ServiceMonitor', 'PodMonitor'],
    'Which object tells the Prometheus operator to read the metrics. With None, any Prometheus may read them from port 8080, path /metrics.',
  ),
  interval: duration('30s', 'How often they are read.'),
  labels: texts('Labels on that object, by which your Prometheus selects it.'),
  rules: group('Alerts, as a PrometheusRule.', {
    enabled: flag(false, 'Whether it is made.'),
    labels: texts('Its labels, by which your Prometheus selects it.'),
    runbook: text(
      '',
      'Where docs/RUNBOOK.md is read in your organisation; with the place of the alert in it, it becomes the annotation runbook_url. One with a # stays as it is.',
    ),
  }),
  dashboard: group(
    'Dashboards for Grafana, of the webhook and of the sidecars, as a ConfigMap that Grafana’s own sidecar loads.',
    {
      enabled: flag(false, 'Whether it is made.'),
      labels: texts('Its labels, by which the sidecar of Grafana selects it.', { grafana_dashboard: '1' }),
      annotations: texts('Its annotations, such as the folder.'),
    },
  ),
  sidecars: group('The sidecars of pods, in all namespaces. Interval and labels are those above.', {
    scrape: flag(false, 'A PodMonitor for them. Without it: deploy/prometheus/scrape-configs.yaml.'),
    alerts: flag(false, 'Alerts about their traffic, as a PrometheusRule with the labels of `rules`.'),
    kiali: group('Their metrics under the names that Kiali reads, as recording rules with the labels of `rules`.', {
      enabled: flag(false, 'Whether they are made.'),
      cluster: text('Kubernetes', 'What Kiali calls this cluster.', {
        pattern: '^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$',
      }),
      clusterDomain: text('cluster.local', 'Where the names of Services end, as in the profile.', {
        pattern: '^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$',
      }),
    }),
  }),
});
