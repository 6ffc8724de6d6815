import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What an image holds, laid out in a folder, and how it is started. */
export interface Image {
  readonly root: string;
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: number;
  readonly group?: number;
  /** Folders of the machine that are seen read-only in it, by their path there: what a base image would bring. */
  readonly fromMachine?: Readonly<Record<string, string>>;
}

/** The images that a node can run, by the name that stands in the pod, or by that without tag and digest. */
export type Images = Readonly<Record<string, Image>>;

/** The image under its full name, or else under the name without tag and digest. */
export function imageNamed<T>(name: string, images: Readonly<Record<string, T>>): T | undefined {
  // a colon before the last slash belongs to the registry's port
  const untagged = name.replace(/@[^/]*$/, '').replace(/:[^/:]*$/, '');
  const key = [name, untagged].find((known) => Object.hasOwn(images, known));
  return key === undefined ? undefined : images[key];
}

/**
 * Copies an image by hard links, so that mount points can be added to it; the files themselves stay the image's own and may only
 * be mounted read-only.
 */
export async function copyOfImage(image: Image, folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  // fs.cp cannot link
  await run('cp', ['--archive', '--link', image.root, folder]);
  await chmod(folder, 0o755);
  for (const point of ['proc', 'dev', 'etc']) await mkdir(join(folder, point), { recursive: true });
  return folder;
}

/** Writes a file of the copy; the image's own stays as it is. */
export async function ownFile(folder: string, path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await rm(file, { force: true });
  await writeFile(file, text);
}
