import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The paths of all files of a folder, relative to it, sorted; symbolic links are not followed. */
export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
