interface ScrapeConfig {
  readonly kubernetes_sd_configs?: readonly object[];
}

/** The same for a Prometheus that is no pod of the cluster: it has to be told how to reach the API server. */
export const outsideCluster = (kubeconfig: string, scrapeConfigs: readonly ScrapeConfig[]): readonly object[] =>
  scrapeConfigs.map(({ kubernetes_sd_configs = [], ...config }) => ({
    ...config,
    kubernetes_sd_configs: kubernetes_sd_configs.map((discovery) => ({ ...discovery, kubeconfig_file: kubeconfig })),
  }));
