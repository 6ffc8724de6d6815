import { type Answer, ask } from '../needs/executable.ts';
import type { Buildable } from './build.ts';
import type { ToolModule } from './tool-module.ts';

/** One program of the control plane: where it comes from, how it tells its version, and what building it costs. */
export interface Program extends Buildable<ProgramName> {
  readonly module: 'etcd' | 'kubernetes';
  readonly versionArgs: readonly string[];
  /** how far the minor version of one found on PATH may be from the pinned one */
  readonly minorSkew: number;
}

export type ProgramName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl' | 'kube-scheduler';

const kubernetes = (name: ProgramName, versionArgs: string[], minorSkew: number, coldBuild: string): Program => ({
  name,
  module: 'kubernetes',
  package: `k8s.io/kubernetes/cmd/${name}`,
  versionArgs,
  minorSkew,
  coldBuild,
  linkerVariables: kubernetesVersion,
});

// without them /version says v0.0.0-master
function kubernetesVersion(module: ToolModule): Record<string, string> {
  const { major, minor } = versionIn(module.version) ?? { major: 1, minor: 0 };
  const variables = { gitVersion: module.version, gitMajor: `${major}`, gitMinor: `${minor}`, gitTreeState: 'clean' };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return Object.fromEntries(
    packages.flatMap((path) => Object.entries(variables).map(([name, value]) => [`${path}.${name}`, value])),
  );
}

// the times are measured on 2 cores, with an empty Go build cache, in this order
export const PROGRAMS: readonly Program[] = [
  {
    name: 'etcd',
    module: 'etcd',
    package: 'go.etcd.io/etcd/server/v3',
    versionArgs: ['--version'],
    minorSkew: 0,
    coldBuild: '2 min',
  },
  kubernetes('kube-apiserver', ['--version'], 0, '5 to 8 min'),
  kubernetes('kube-controller-manager', ['--version'], 0, '2.5 min'),
  // Kubernetes supports a kubectl one minor version older or newer than the API server
  kubernetes('kubectl', ['version', '--client'], 1, '1 min'),
];

/**
 * Places pods on nodes; a need of the tests about that alone. go.mod names it as no tool: it compiles from what the others need already, and
 * naming it would have all of them built again.
 */
export const SCHEDULER: Program = kubernetes('kube-scheduler', ['--version'], 0, '1 min');

export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** The first `1.37` or `v1.37.2` in a text, or undefined. */
export function versionIn(text: string): Version | undefined {
  const [, major, minor] = /\bv?(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

/** Why the program at `path` cannot stand in for the pinned one, as half a sentence, or undefined when it can. */
export async function unfit(program: Program, path: string, module: ToolModule): Promise<string | undefined> {
  const answer: Answer = await ask(path, program.versionArgs);
  const found = answer.code === 0 ? versionIn(answer.output) : undefined;
  const pinned = versionIn(module.version);
  if (found === undefined || pinned === undefined) return 'it does not tell its version';
  const fits = found.major === pinned.major && Math.abs(found.minor - pinned.minor) <= program.minorSkew;
  return fits
    ? undefined
    : `it is version ${found.major}.${found.minor}, the tests need ${pinned.major}.${pinned.minor}`;
}
