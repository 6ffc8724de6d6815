import { lstat, mkdir, readlink, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const LINKS = 40;

/** Where `path` leads in a container whose root is `root`: its symbolic links are followed as seen from inside. */
async function resolvedIn(root: string, path: string): Promise<string> {
  const parts = path.split('/').filter(Boolean);
  let resolved = '/';
  for (let followed = 0; parts.length > 0; ) {
    const part = parts.shift() as string;
    const next = join(resolved, part);
    const isLink = await lstat(join(root, next)).then(
      (entry) => entry.isSymbolicLink(),
      () => false,
    );
    if (!isLink) {
      resolved = next;
      continue;
    }
    if (++followed > LINKS) throw new Error(`${path} is a circle of symbolic links in the image: correct its layout`);
    const to = await readlink(join(root, next));
    if (to.startsWith('/')) resolved = '/';
    parts.unshift(...to.split('/').filter(Boolean));
  }
  return resolved;
}

/** Makes a place in the image's copy where `source` can be mounted, and returns its path inside. */
export async function makeMountPoint(root: string, path: string, source: string): Promise<string> {
  const inside = await resolvedIn(root, path);
  const place = join(root, inside);
  if ((await stat(source)).isDirectory()) await mkdir(place, { recursive: true });
  else {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, '', { flag: 'a' });
  }
  return inside;
}
