import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleSources } from '../../tools/module-sources.ts';
import type { Installation } from './installation.ts';

const PINNED = fileURLToPath(new URL('../../tools/custom-resources/', import.meta.url));

/** Defines the kinds of cert-manager in the cluster, from its own module, as its installation does; nothing acts on them. */
export async function defineCertManagerKinds({ controlPlane }: Installation): Promise<void> {
  const folder = join(await moduleSources(PINNED, 'github.com/cert-manager/cert-manager'), 'deploy', 'crds');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const apply = ['apply', '--server-side', ...files.flatMap((name) => ['-f', join(folder, name)])];
  const established = ['wait', '--for=condition=Established', '--all', 'crd', '--timeout=60s'];
  for (const command of [apply, established]) {
    const { code, stderr } = await controlPlane.kubectl(command);
    if (code !== 0) throw new Error(`kubectl ${command[0]} ended with ${code}: ${stderr}`);
  }
}
