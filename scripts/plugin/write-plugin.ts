import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noticesText } from '../image/notices.ts';
import { bundledPackages } from '../image/packages.ts';
import { pluginBundle } from './plugin-bundle.ts';

const PROGRAM = 'pillion-helm.cjs';

/**
 * Writes what the plugin consists of beside its manifest: the program, the licences that go along with it, and the central templates that
 * it brings.
 * @param folder of the plugin; its dist is replaced
 */
export async function writePlugin(root: string, folder: string): Promise<void> {
  const dist = join(folder, 'dist');
  const { text, inputs } = await pluginBundle(root);
  const packages = await bundledPackages(root, inputs.keys());
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, PROGRAM), text);
  await writeFile(join(dist, 'THIRD-PARTY.txt'), noticesText(PROGRAM, packages));
  await cp(join(root, 'charts', 'mesh-standard'), join(dist, 'mesh-standard'), { recursive: true });
}
