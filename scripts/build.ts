// `npm run build`: the program and the page of its dashboard, with the licences of what it contains and an SBOM. See scripts/image.
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PARTS_FOLDER } from './image/bundle.ts';
import { DIST, PAGE_FOLDER, takesBuild, writeDist } from './image/dist.ts';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run build [-- [--base IMAGE] [--out FOLDER]]
  --base IMAGE  the image that the program will stand on, named in the SBOM
  --out FOLDER  where the files go: a new folder, an empty one or an earlier build; dist when it is left out
`;

const { values } = scriptArguments(USAGE, {
  options: {
    base: { type: 'string' },
    out: { type: 'string', default: 'dist' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(root, values.out);
if (!(await takesBuild(folder))) {
  process.stderr.write(
    `${values.out} is no folder, or holds something else than an earlier build, of which this one would replace parts: name a new folder by --out\n\n${USAGE}`,
  );
  process.exit(2);
}
await writeDist(root, folder, values.base);
const sizeOf = async (name: string) => (await stat(join(folder, name))).size;
const told = (name: string, bytes: number) =>
  process.stdout.write(`${join(values.out, name)}  ${(bytes / 1e6).toFixed(2)} MB\n`);
for (const name of Object.values(DIST)) told(name, await sizeOf(name));
for (const within of [PARTS_FOLDER, PAGE_FOLDER]) {
  const sizes = (await readdir(join(folder, within))).map((name) => sizeOf(join(within, name)));
  told(
    join(within, '/'),
    (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
  );
}
