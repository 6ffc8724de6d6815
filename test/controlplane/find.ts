import { join } from 'node:path';
import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { isExecutable, onPath } from '../needs/executable.ts';
import { buildPrograms } from './build.ts';
import { PROGRAMS, type Program, type ProgramName, SCHEDULER, unfit } from './program.ts';
import { cachedPath, moduleFolder, readToolModule, type ToolModule } from './tool-module.ts';

export type Programs = Readonly<Record<Exclude<ProgramName, 'kube-scheduler'>, string>>;

export interface FindOptions {
  /** the folder beside this file whose go.mod pins Kubernetes; unless told, what PILLION_KUBERNETES says */
  readonly kubernetes?: string;
  readonly progress?: Progress;
}

/** The module folder for the version in PILLION_KUBERNETES, such as `1.30`: `kubernetes-1.30`; without one the newest, `kubernetes`. */
export function kubernetesModule(env: NodeJS.ProcessEnv = process.env): string {
  return env.PILLION_KUBERNETES ? `kubernetes-${env.PILLION_KUBERNETES}` : 'kubernetes';
}

/**
 * The paths of the control plane's programs. Each is taken from KUBEBUILDER_ASSETS, PATH (when its version fits) or the cache;
 * what is missing is built into the cache. Rejects with MissingNeed when something has to be built and there is no Go, and
 * with an Error that shows the compiler's output when a build fails.
 */
export async function findPrograms(options: FindOptions = {}): Promise<Programs> {
  const progress = options.progress ?? createProgress();
  const [etcd, kubernetes] = await Promise.all([
    readToolModule(moduleFolder('etcd')),
    readToolModule(moduleFolder(options.kubernetes ?? kubernetesModule())),
  ]);
  const modules = { etcd, kubernetes };
  const found = new Map<ProgramName, string>();
  const missing: Program[] = [];
  for (const program of PROGRAMS) {
    const path = await findOne(program, modules[program.module], progress);
    if (path === undefined) missing.push(program);
    else found.set(program.name, path);
  }
  // the two modules download and link at the same time; the compiler keeps all cores busy anyway
  await Promise.all(
    Object.entries(modules).map(async ([name, module]) => {
      const wanted = missing.filter((program) => program.module === name);
      for (const [program, path] of await buildPrograms(module, wanted, progress)) found.set(program, path);
    }),
  );
  return Object.fromEntries(found) as unknown as Programs;
}

/** The path of a kube-scheduler: found, or built, as the other programs are. Rejects as `findPrograms` does. */
export async function findScheduler(options: FindOptions = {}): Promise<string> {
  const progress = options.progress ?? createProgress();
  const module = await readToolModule(moduleFolder(options.kubernetes ?? kubernetesModule()));
  const found = await findOne(SCHEDULER, module, progress);
  return found ?? (await buildPrograms(module, [SCHEDULER], progress)).get('kube-scheduler') ?? '';
}

async function findOne(program: Program, module: ToolModule, progress: Progress): Promise<string | undefined> {
  // whoever sets KUBEBUILDER_ASSETS chooses the version, but for runs that are about one version
  const assets = process.env.PILLION_KUBERNETES ? undefined : process.env.KUBEBUILDER_ASSETS;
  if (assets && (await isExecutable(join(assets, program.name)))) return join(assets, program.name);
  const cached = cachedPath(module, program.name);
  const system = await onPath(program.name);
  if (system !== undefined) {
    const reason = await unfit(program, system, module);
    if (reason === undefined) return system;
    if (!(await isExecutable(cached))) progress.note(`${program.name} on PATH is not used: ${reason}`);
  }
  return (await isExecutable(cached)) ? cached : undefined;
}
