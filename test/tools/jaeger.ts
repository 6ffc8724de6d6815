import type { ToolModule } from '../controlplane/tool-module.ts';
import { type FindToolOptions, findTool, type Tool } from './find-tool.ts';

const JAEGER: Tool = {
  name: 'jaeger',
  module: 'jaeger',
  package: 'github.com/jaegertracing/jaeger/cmd/jaeger',
  coldBuild: '5 to 8 min',
  variable: 'JAEGER',
  versionArgs: ['version'],
  // without it `jaeger version` tells none
  linkerVariables: ({ version }: ToolModule) => ({
    'github.com/jaegertracing/jaeger/internal/version.latestVersion': version,
  }),
  // the programs of version 2 are released in the Go module’s versions 1.x
  fits: (found) => found.major === 2,
};

/** The path of Jaeger v2: $JAEGER, one on PATH, the cache, or built into the cache. It takes OTLP and keeps traces in memory. */
export function findJaeger(options?: FindToolOptions): Promise<string> {
  return findTool(JAEGER, options);
}
