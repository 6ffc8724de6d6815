import { type FindToolOptions, findTool, type Tool } from './find-tool.ts';

const KUBECONFORM: Tool = {
  name: 'kubeconform',
  module: 'kubeconform',
  package: 'github.com/yannh/kubeconform/cmd/kubeconform',
  coldBuild: '15 s',
  variable: 'KUBECONFORM',
  versionArgs: ['-v'],
  // before 1.0 a minor version may change anything
  fits: (found, pinned) => found.major === pinned.major && found.minor === pinned.minor,
  linkerVariables: (module) => ({ 'main.version': module.version }),
};

/** The path of kubeconform: $KUBECONFORM, one on PATH of the pinned minor version, the cache, or built into the cache. */
export function findKubeconform(options?: FindToolOptions): Promise<string> {
  return findTool(KUBECONFORM, options);
}
