import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image } from './image.ts';

/** The folders of the machine that Node needs, and Node itself, as an image without anything else sees them. */
const NODE_FROM_MACHINE = { '/usr/lib': '/usr/lib', '/lib64': '/lib64', '/lib': '/lib', '/node': process.execPath };

/** An image with Node 24, these files and nothing else. */
export async function nodeImage(
  folder: string,
  files: Readonly<Record<string, string>>,
  entrypoint: readonly string[],
): Promise<Image> {
  for (const directory of ['app', 'var', 'run', 'tmp']) await mkdir(join(folder, directory), { recursive: true });
  // as in images that people run: a path of Kubernetes leads through a symbolic link
  await symlink('/run', join(folder, 'var', 'run'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'app', name), text);
  return { root: folder, entrypoint: ['/node', ...entrypoint], user: 65_532, fromMachine: NODE_FROM_MACHINE };
}
