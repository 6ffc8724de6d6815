import { fileURLToPath } from 'node:url';
import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { type Buildable, buildPrograms } from '../controlplane/build.ts';
import { type Version, versionIn } from '../controlplane/program.ts';
import { cachedPath, readToolModule } from '../controlplane/tool-module.ts';
import { ask, isExecutable, onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';

/** A program that tests run and that is no part of the control plane. */
export interface Tool extends Buildable {
  /** the folder beside this file whose go.mod pins it */
  readonly module: string;
  /** the environment variable that names one to use instead */
  readonly variable: string;
  readonly versionArgs: readonly string[];
  /** whether one found on PATH may stand in for the pinned one */
  fits(found: Version, pinned: Version): boolean;
}

export interface FindToolOptions {
  readonly progress?: Progress;
}

/**
 * The path of a tool: what its environment variable names, one on PATH whose version fits, the cache, else built from its Go module
 * into the cache. Rejects with MissingNeed when the variable names nothing that runs, or when there is no Go to build it, and with
 * an Error that shows the compiler's output when the build fails.
 */
export async function findTool(tool: Tool, { progress = createProgress() }: FindToolOptions = {}): Promise<string> {
  const chosen = process.env[tool.variable];
  if (chosen) {
    if ((await ask(chosen, tool.versionArgs)).code === 0) return chosen;
    const getIt = `set ${tool.variable} to the path of a ${tool.name}, or unset it`;
    throw new MissingNeed(`a ${tool.name} that runs at ${tool.variable}=${chosen}`, getIt);
  }
  const module = await readToolModule(fileURLToPath(new URL(`./${tool.module}/`, import.meta.url)));
  const cached = cachedPath(module, tool.name);
  const system = await onPath(tool.name);
  if (system !== undefined) {
    const { code, output } = await ask(system, tool.versionArgs);
    const [found, pinned] = [code === 0 ? versionIn(output) : undefined, versionIn(module.version)];
    if (found !== undefined && pinned !== undefined && tool.fits(found, pinned)) return system;
    if (!(await isExecutable(cached))) {
      const which =
        found === undefined ? 'it does not tell its version' : `it is version ${found.major}.${found.minor}`;
      progress.note(`${tool.name} on PATH is not used: ${which}, the tests need ${module.version}`);
    }
  }
  if (await isExecutable(cached)) return cached;
  return (await buildPrograms(module, [tool], progress)).get(tool.name) ?? cached;
}
