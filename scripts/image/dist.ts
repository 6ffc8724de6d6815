import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { noticesText } from './notices.ts';
import { bundledPackages } from './packages.ts';
import { sbom } from './sbom.ts';

/** The names of what a build makes. */
export const DIST = { program: 'pillion.mjs', notices: 'THIRD-PARTY.txt', sbom: 'sbom.cdx.json' } as const;

/**
 * Writes the program, the licences that go along with it, and the list of what is in it.
 * @param folder is made when it is not there
 * @param base the image the program will stand on, for the list
 */
export async function writeDist(root: string, folder: string, base?: string): Promise<void> {
  const { text, inputs } = await bundle(root);
  const packages = await bundledPackages(root, inputs.keys());
  const components = await sbom(root, packages, base);
  await mkdir(folder, { recursive: true });
  const program = join(folder, DIST.program);
  await writeFile(program, text);
  await chmod(program, 0o755);
  await writeFile(join(folder, DIST.notices), noticesText(DIST.program, packages));
  await writeFile(join(folder, DIST.sbom), `${JSON.stringify(components, null, 2)}\n`);
}
