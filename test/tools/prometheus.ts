import { type FindToolOptions, findTool, type Tool } from './find-tool.ts';

const PROMETHEUS: Tool = {
  name: 'prometheus',
  module: 'prometheus',
  package: 'github.com/prometheus/prometheus/cmd/prometheus',
  coldBuild: '4 to 10 min',
  variable: 'PROMETHEUS',
  versionArgs: ['--version'],
  // Debian’s is built without the discovery of Kubernetes, and no version tells whether another has it
  fits: () => false,
  // of the discoveries only that one: the others bring the clients of two dozen clouds
  tags: ['remove_all_sd', 'enable_kubernetes_sd'],
};

/** The path of a Prometheus that finds pods: $PROMETHEUS, the cache, or built into the cache. */
export function findPrometheus(options?: FindToolOptions): Promise<string> {
  return findTool(PROMETHEUS, options);
}
