import { chmod, cp, mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDist } from '../../scripts/image/dist.ts';
import { onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';
import type { Image } from '../node/image.ts';
import { collectProgram, distrolessNode } from './base-images.ts';
import { parseDockerfile, type Stage } from './dockerfile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The images that the Dockerfile makes. */
export type Target = 'runtime' | 'redirect';

/** The stages of the Dockerfile. */
export async function dockerfileStages(): Promise<ReadonlyMap<string, Stage>> {
  return parseDockerfile(await readFile(join(ROOT, 'Dockerfile'), 'utf8'));
}

/**
 * Lays out the files of an image in a new folder below `folder`, as the Dockerfile says: the program is built anew, nft is collected by the
 * script of the Dockerfile, what the base image brings is taken from this machine. Nothing else is needed to run it.
 * @throws Error when the Dockerfile does something that this does not do, MissingNeed when there is no nft to collect
 */
export async function layOut(target: Target, folder: string): Promise<Image> {
  const stages = await dockerfileStages();
  const stage = stages.get(target);
  if (stage === undefined)
    throw new Error(`the Dockerfile has no stage ${target}; add it, or change test/image/layout.ts`);
  const root = await mkdtemp(join(folder, `${target}-`));
  // whoever runs it is somebody else
  await chmod(root, 0o755);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the Dockerfile's own notation
  if (stage.from === '${RUNTIME_IMAGE}') await distrolessNode(root);
  else if (stage.from !== 'scratch')
    throw new Error(`${target} stands on ${stage.from}, which cannot be laid out here`);
  if (stage.runs.length > 0)
    throw new Error(`${target} runs commands: do that in a stage before, whose files are copied`);
  const made = await mkdtemp(join(folder, 'made-'));
  for (const { from, sources, to } of stage.copies)
    for (const source of sources) await copied(await sourceOf(from, source, stages, made), join(root, to), to);
  const [user, group] = (stage.user ?? '0:0').split(':').map(Number);
  return {
    root,
    entrypoint: stage.entrypoint,
    environment: Object.fromEntries(stage.environment),
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  };
}

/** Where the file that a COPY line names is on this machine, after what its stage runs. */
async function sourceOf(
  from: string | undefined,
  source: string,
  stages: ReadonlyMap<string, Stage>,
  made: string,
): Promise<string> {
  const stage = from === undefined ? undefined : stages.get(from);
  if (stage === undefined)
    throw new Error(`COPY from ${from ?? 'the checkout'}: only files of an earlier stage are laid out`);
  const commands = stage.runs.join('\n');
  if (source === '/src/dist/' && commands.includes('npm run build')) {
    const dist = join(made, 'dist');
    await writeDist(ROOT, dist);
    return dist;
  }
  const [, program, collected] = /sh \/collect-program\.sh (\S+) (\S+)/.exec(commands) ?? [];
  if (program !== undefined && source === `${collected}/`) {
    const nft = await onPath('nft');
    if (nft === undefined) throw new MissingNeed('nft', 'apt-get install nftables');
    await collectProgram(nft, join(made, 'collected'));
    return join(made, 'collected');
  }
  // what is copied unchanged from the checkout through the stage
  const name = source.replace(`${stage.workdir}/`, '');
  if (stage.copies.some(({ from: other, sources }) => other === undefined && sources.includes(name)))
    return join(ROOT, name);
  throw new Error(`nothing that is known here makes ${source} in stage ${stage.name}; teach test/image/layout.ts`);
}

async function copied(from: string, at: string, to: string): Promise<void> {
  if (to.endsWith('/')) await mkdir(at, { recursive: true });
  await cp(from, at, { recursive: true });
}
