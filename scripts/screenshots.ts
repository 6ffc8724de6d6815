// `npm run screenshots`: pictures of each page of the dashboard, for docs/dashboard and for whoever changes how it looks.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeScreenshots } from '../test/browser/screenshots.ts';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run screenshots [-- [--out FOLDER]]
  --out FOLDER  where the pictures go, within the repository; docs/dashboard when it is left out
`;

const { values } = scriptArguments(USAGE, { options: { out: { type: 'string', default: 'docs/dashboard' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, values.out);
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (name.endsWith('.png')) await rm(join(folder, name));
for (const path of await takeScreenshots(root, folder))
  process.stdout.write(`${path.replace(root, '')}  ${((await stat(path)).size / 1000).toFixed(0)} kB\n`);
