import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

// many times what a company has; a directory with more was not meant
const MOST_FILES = 50_000;

/**
 * The files below a directory, in the order of their paths. Hidden directories, those of installed packages, and the templates of charts,
 * which are no YAML yet, are left out; links are not followed, so that nothing is read twice or without end.
 * @returns undefined for what is no directory
 * @throws Error when a directory within cannot be read, or there are more files than anybody has
 */
export async function filesBelow(path: string): Promise<readonly string[] | undefined> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) return undefined;
  const files: string[] = [];
  const directories = [path];
  for (const directory of directories) {
    const entries = await readdir(directory, { withFileTypes: true });
    const isChart = entries.some(({ name }) => name === 'Chart.yaml');
    for (const entry of entries) {
      const { name } = entry;
      if (entry.isFile()) files.push(join(directory, name));
      else if (entry.isDirectory() && !isLeftOut(name, isChart)) directories.push(join(directory, name));
    }
    if (files.length > MOST_FILES) throw new Error(`holds more than ${MOST_FILES} files; name a directory with fewer`);
  }
  return files.sort();
}

const isLeftOut = (name: string, isChart: boolean): boolean =>
  name.startsWith('.') || name === 'node_modules' || (isChart && name === 'templates');
