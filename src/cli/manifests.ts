import { type ManifestFile, manifestFiles } from '../core/kubernetes/manifest-files.ts';
import type { ManifestObject } from '../core/kubernetes/manifest-objects.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

/**
 * Reads the given files, `-` being stdin.
 * @throws Fault PIL001 for a file that cannot be read, PIL002 with every place that does not parse
 */
export async function readManifestFiles(
  files: readonly string[],
  environment: Environment,
): Promise<readonly ManifestFile[]> {
  return manifestFiles(await Promise.all(files.map((file) => readSource(file, environment))));
}

/**
 * Reads every object of the given files, `-` being stdin.
 * @throws Fault PIL001 for a file that cannot be read, PIL002 with every place that does not parse
 */
export async function readManifests(
  files: readonly string[],
  environment: Environment,
): Promise<readonly ManifestObject[]> {
  return (await readManifestFiles(files, environment)).flatMap(({ objects }) => objects);
}
