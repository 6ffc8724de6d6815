import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import { makeMountPoint } from './mount-point.ts';
import type { Mount } from './sandbox.ts';

const PATH = '/dev/termination-log';
// MaxContainerTerminationMessageLength of pkg/kubelet/container
const MOST_BYTES = 4096;

const fileIn = (folder: string): string => join(folder, 'last-message');

/** The file in which a container can say why it ends, as a mount that it may write to. */
export async function lastMessageMount(
  { terminationMessagePath: path = PATH }: V1Container,
  folder: string,
  root: string,
): Promise<Mount> {
  const from = fileIn(folder);
  await writeFile(from, '');
  await chmod(from, 0o666);
  return { from, to: await makeMountPoint(root, path, from), writable: true };
}

/** What it said; the next start of the container begins with an empty file. */
export async function takenLastMessage(folder: string): Promise<string> {
  const said = (await readFile(fileIn(folder))).subarray(0, MOST_BYTES).toString();
  await writeFile(fileIn(folder), '');
  return said;
}
