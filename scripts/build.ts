// `npm run build`: the program as one file and the page of its dashboard, with the licences of what it contains and an SBOM. See scripts/image.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIST, PAGE_FOLDER, writeDist } from './image/dist.ts';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run build [-- [--base IMAGE] [--out FOLDER]]
  --base IMAGE  the image that the program will stand on, named in the SBOM
  --out FOLDER  where the files go, within the repository; dist when it is left out
`;

const { values } = scriptArguments(USAGE, {
  options: {
    base: { type: 'string' },
    out: { type: 'string', default: 'dist' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, values.out);
await writeDist(root, folder, values.base);
const page = (await readdir(join(folder, PAGE_FOLDER))).map((name) => join(PAGE_FOLDER, name));
for (const name of [...Object.values(DIST), ...page]) {
  const { size } = await stat(join(folder, name));
  process.stdout.write(`${join(values.out, name)}  ${(size / 1e6).toFixed(2)} MB\n`);
}
