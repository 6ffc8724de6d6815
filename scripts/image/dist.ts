import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pageFiles } from '../dashboard/page-files.ts';
import { bundle, PARTS_FOLDER } from './bundle.ts';
import { noticesText } from './notices.ts';
import { bundledPackages } from './packages.ts';
import { sbom } from './sbom.ts';

/** The names of what a build makes. */
export const DIST = { program: 'pillion.mjs', notices: 'THIRD-PARTY.txt', sbom: 'sbom.cdx.json' } as const;

/** The folder of the dashboard’s page beside the program. */
export const PAGE_FOLDER = 'dashboard';

/** The files of the program in the folder of a build, by their paths below it. */
export const programFiles = async (folder: string): Promise<readonly string[]> => [
  DIST.program,
  ...(await readdir(join(folder, PARTS_FOLDER))).map((part) => join(PARTS_FOLDER, part)),
];

/** Whether a build may go into a folder: one that is not there, is empty, or holds an earlier build. */
export async function takesBuild(folder: string): Promise<boolean> {
  try {
    const names = await readdir(folder);
    return names.length === 0 || names.includes(DIST.program);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/**
 * Writes the program, the page of its dashboard, the licences that go along with them, and the list of what is in them.
 * @param folder is made when it is not there
 * @param base the image the program will stand on, for the list
 */
export async function writeDist(root: string, folder: string, base?: string): Promise<void> {
  const { files, inputs } = await bundle(root);
  const page = await pageFiles(root);
  const packages = await bundledPackages(root, [...inputs.keys(), ...page.inputs.keys()]);
  const components = await sbom(root, packages, base);
  await mkdir(folder, { recursive: true });
  // names change with what is in the files: those of an earlier build would stay
  for (const own of [PARTS_FOLDER, PAGE_FOLDER]) {
    await rm(join(folder, own), { recursive: true, force: true });
    await mkdir(join(folder, own));
  }
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  await chmod(join(folder, DIST.program), 0o755);
  for (const [name, { text }] of page.files) await writeFile(join(folder, PAGE_FOLDER, name), text);
  await writeFile(
    join(folder, DIST.notices),
    noticesText(`${DIST.program}, with ${PARTS_FOLDER}/ and the page in ${PAGE_FOLDER}/,`, packages),
  );
  await writeFile(join(folder, DIST.sbom), `${JSON.stringify(components, null, 2)}\n`);
}
