import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const COLLECT = fileURLToPath(new URL('../../scripts/image/collect-program.sh', import.meta.url));

/** Copies a program of this machine with its libraries, as the Dockerfile does it in a Debian stage. */
export async function collectProgram(program: string, root: string): Promise<void> {
  await run('sh', [COLLECT, program, root]);
}

/**
 * What a distroless image with Node brings, as far as the program can see it: Node at its place there, the libraries it needs
 * from this machine, the folders that Debian has. The real one cannot be run here: there is no container engine.
 */
export async function distrolessNode(root: string): Promise<void> {
  const node = join(root, 'nodejs/bin/node');
  await mkdir(dirname(node), { recursive: true });
  await linked(process.execPath, node);
  for (const library of await librariesOf(process.execPath)) {
    const place = join(root, library);
    await mkdir(dirname(place), { recursive: true });
    await copyFile(library, place);
  }
  for (const folder of ['etc', 'home/nonroot', 'run', 'tmp', 'var'])
    await mkdir(join(root, folder), { recursive: true });
  await symlink('/run', join(root, 'var/run'));
}

async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program]);
  return stdout.split('\n').flatMap((line) => /(?:=> |^\s+)(\/\S+) \(/.exec(line)?.[1] ?? []);
}

// 118 MB that need not be written again where the folder is on the same disk
const linked = (from: string, to: string): Promise<void> => link(from, to).catch(() => copyFile(from, to));
