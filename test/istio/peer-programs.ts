import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { type Buildable, buildPrograms } from '../controlplane/build.ts';
import { cachedPath, readToolModule } from '../controlplane/tool-module.ts';
import { isExecutable } from '../needs/executable.ts';
import { moduleSources } from '../tools/module-sources.ts';

/** Istio's own programs, and ours that are compiled against its packages: see the first lines of each main.go under peer/. */
export type PeerProgram =
  | 'istioctl'
  | 'pilot-discovery'
  | 'pilot-agent'
  | 'injector'
  | 'parsed'
  | 'effective'
  | 'discover';

// the times are measured on 2 cores, with an empty Go build cache, in this order
const PROGRAMS: readonly Buildable<PeerProgram>[] = [
  { name: 'pilot-agent', package: 'istio.io/istio/pilot/cmd/pilot-agent', coldBuild: '2 min' },
  { name: 'pilot-discovery', package: 'istio.io/istio/pilot/cmd/pilot-discovery', coldBuild: '2 min' },
  { name: 'parsed', package: './parsed', coldBuild: '20 s' },
  { name: 'injector', package: './injector', coldBuild: '1 min' },
  { name: 'effective', package: './effective', coldBuild: '20 s' },
  { name: 'discover', package: './discover', coldBuild: '20 s' },
  { name: 'istioctl', package: 'istio.io/istio/istioctl/cmd/istioctl', coldBuild: '3 min' },
];

const MODULE = fileURLToPath(new URL('./peer/', import.meta.url));

/**
 * The paths of programs of the pinned Istio, from the cache or built into it. Rejects with MissingNeed when something has to be built
 * and there is no Go, and with an Error that shows the compiler's output when a build fails.
 */
export async function findPeerPrograms<Name extends PeerProgram>(
  names: readonly Name[],
  { progress = createProgress() }: { readonly progress?: Progress } = {},
): Promise<Readonly<Record<Name, string>>> {
  const module = await readToolModule(MODULE);
  const missing: Buildable<PeerProgram>[] = [];
  for (const program of PROGRAMS) {
    const wanted = (names as readonly PeerProgram[]).includes(program.name);
    if (wanted && !(await isExecutable(cachedPath(module, program.name)))) missing.push(program);
  }
  await buildPrograms(module, missing, progress);
  return Object.fromEntries(names.map((name) => [name, cachedPath(module, name)])) as Record<Name, string>;
}

/** The folder with Istio's own sources, as pinned: its charts, its templates and its test data. */
export function istioSources(): Promise<string> {
  return moduleSources(MODULE, 'istio.io/istio');
}

/** The definitions of Istio’s kinds, one document each, of the version that the pinned Istio is made with. */
export async function istioDefinitions(): Promise<string> {
  const sources = await moduleSources(MODULE, 'istio.io/api');
  return readFile(join(sources, 'kubernetes', 'customresourcedefinitions.gen.yaml'), 'utf8');
}

/** The version of Istio that is pinned. */
export async function istioVersion(): Promise<string> {
  return (await readToolModule(MODULE)).version;
}
