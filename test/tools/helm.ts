import { versionIn } from '../controlplane/program.ts';
import type { ToolModule } from '../controlplane/tool-module.ts';
import { type FindToolOptions, findTool, type Tool } from './find-tool.ts';

export type HelmMajor = 3 | 4;

const helm = (major: HelmMajor, coldBuild: string): Tool => ({
  name: 'helm',
  module: `helm-${major}`,
  package: `helm.sh/helm/v${major}/cmd/helm`,
  coldBuild,
  variable: `HELM${major}`,
  versionArgs: ['version', '--template', '{{.Version}}'],
  fits: (found) => found.major === major,
  linkerVariables: (module) => releaseVariables(major, module),
});

// what Helm's own Makefile sets. Without it, Helm 3 takes every cluster it cannot ask for Kubernetes 1.20.
function releaseVariables(major: HelmMajor, module: ToolModule): Record<string, string> {
  const version = { [`helm.sh/helm/v${major}/internal/version.version`]: module.version };
  if (major === 4) return version;
  // k8s.io/client-go v0.36.2 is of Kubernetes 1.36
  const minor = versionIn(module.requirements.get('k8s.io/client-go') ?? '')?.minor;
  if (minor === undefined)
    throw new Error(`${module.folder}go.mod pins no k8s.io/client-go: run \`go mod tidy\` in it`);
  const packages = ['pkg/chartutil', 'pkg/lint/rules'].map((path) => `helm.sh/helm/v3/${path}`);
  return Object.fromEntries([
    ...Object.entries(version),
    ...packages.flatMap((path) => [
      [`${path}.k8sVersionMajor`, '1'],
      [`${path}.k8sVersionMinor`, `${minor}`],
    ]),
  ]);
}

const HELM: Record<HelmMajor, Tool> = { 3: helm(3, '5 min'), 4: helm(4, '6 min') };

/** The path of Helm 3 or 4: $HELM3 or $HELM4, one on PATH of that major version, the cache, or built into the cache. */
export function findHelm(major: HelmMajor, options?: FindToolOptions): Promise<string> {
  return findTool(HELM[major], options);
}
