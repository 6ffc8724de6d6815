import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FindToolOptions, findTool, type Tool } from './find-tool.ts';
import { moduleSources } from './module-sources.ts';

const KWOK: Tool = {
  name: 'kwok',
  module: 'kwok',
  package: 'sigs.k8s.io/kwok/cmd/kwok',
  coldBuild: '3 to 8 min',
  variable: 'KWOK',
  versionArgs: ['--version'],
  // the stages that it is given are those of its module
  fits: (found, pinned) => found.major === pinned.major && found.minor === pinned.minor,
};

/** The path of kwok: $KWOK, one on PATH of the pinned minor version, the cache, or built into the cache. */
export function findKwok(options?: FindToolOptions): Promise<string> {
  return findTool(KWOK, options);
}

// what its own releases do with nodes and pods unless told otherwise
const STAGES = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat/node-heartbeat.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

/** The files by which kwok knows how nodes and pods live; they come with its sources, and not with the program. */
export async function kwokStages(): Promise<readonly string[]> {
  const folder = fileURLToPath(new URL('./kwok/', import.meta.url));
  const sources = await moduleSources(folder, 'sigs.k8s.io/kwok');
  return STAGES.map((stage) => join(sources, 'kustomize/stage', stage));
}
