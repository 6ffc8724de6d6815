import { type ManifestObject, manifestObjectsOf } from '../core/kubernetes/manifest-objects.ts';
import type { Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { readDocuments, type SourceDocument } from '../core/yaml/documents.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

/** A file of manifests: its text, and what stands in it. */
export interface ManifestFile extends Source {
  readonly documents: readonly SourceDocument[];
  readonly objects: readonly ManifestObject[];
}

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

/**
 * Every object of the given texts.
 * @throws Fault PIL002 with every place that does not parse
 */
export const manifestObjects = (sources: readonly Source[]): readonly ManifestObject[] =>
  manifestFiles(sources).flatMap(({ objects }) => objects);

/**
 * The given texts with what stands in them.
 * @throws Fault PIL002 with every place that does not parse
 */
export function manifestFiles(sources: readonly Source[]): readonly ManifestFile[] {
  const read = sources.map((source) => ({ source, ...readDocuments(source.text, source.file) }));
  const problems = read.flatMap((result) => result.problems);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  return read.map(({ source, documents }) => ({ ...source, documents, objects: documents.flatMap(manifestObjectsOf) }));
}
