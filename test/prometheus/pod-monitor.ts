/** What a PodMonitor of the chart has. */
export interface PodMonitor {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly namespaceSelector?: { readonly any?: boolean; readonly matchNames?: readonly string[] };
    readonly podMetricsEndpoints: readonly {
      readonly port: string;
      readonly path: string;
      readonly relabelings?: readonly OperatorRelabeling[];
    }[];
  };
}

interface OperatorRelabeling {
  readonly sourceLabels?: readonly string[];
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;
  readonly action?: string;
}

/**
 * What the Prometheus operator makes of a PodMonitor, as far as the chart’s have it: its order and its labels are those of
 * generatePodMonitorConfig in pkg/prometheus/promcfg.go of its version 0.85.0.
 */
export function scrapeConfigsOf({ metadata, spec }: PodMonitor): readonly object[] {
  const { name, namespace = '' } = metadata;
  const { any = false, matchNames = [namespace] } = spec.namespaceSelector ?? {};
  return spec.podMetricsEndpoints.map(({ port, path, relabelings = [] }, index) => ({
    job_name: `podMonitor/${namespace}/${name}/${index}`,
    honor_labels: false,
    kubernetes_sd_configs: [{ role: 'pod', ...(any ? {} : { namespaces: { names: matchNames } }) }],
    metrics_path: path,
    relabel_configs: [
      { source_labels: ['job'], target_label: '__tmp_prometheus_job_name' },
      { action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: '(Failed|Succeeded)' },
      ...Object.entries(spec.selector.matchLabels ?? {}).map(([label, value]) => ({
        action: 'keep',
        source_labels: ['label', 'labelpresent'].map((kind) => `__meta_kubernetes_pod_${kind}_${sanitized(label)}`),
        regex: `(${value});true`,
      })),
      { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: port },
      { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
      { source_labels: ['__meta_kubernetes_pod_container_name'], target_label: 'container' },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
      { target_label: 'job', replacement: `${namespace}/${name}` },
      { target_label: 'endpoint', replacement: port },
      ...relabelings.map(relabelConfig),
    ],
  }));
}

const sanitized = (label: string): string => label.replace(/[^a-zA-Z0-9_]/g, '_');

const relabelConfig = ({ sourceLabels, targetLabel, ...same }: OperatorRelabeling): object => ({
  ...(sourceLabels === undefined ? {} : { source_labels: sourceLabels }),
  ...(targetLabel === undefined ? {} : { target_label: targetLabel }),
  ...same,
});
