import { type FindToolOptions, findTool, type Tool } from './find-tool.ts';

const FORTIO: Tool = {
  name: 'fortio',
  module: 'fortio',
  package: 'fortio.org/fortio',
  coldBuild: '1 min',
  variable: 'FORTIO',
  versionArgs: ['version'],
  fits: (found, pinned) => found.major === pinned.major,
};

/**
 * The path of fortio, the load generator and echo server of Istio’s own performance tests: $FORTIO, one on PATH of the pinned
 * major version, the cache, or built into the cache. Pinned is a release that does not bring the scripting language of the later ones.
 */
export function findFortio(options?: FindToolOptions): Promise<string> {
  return findTool(FORTIO, options);
}
