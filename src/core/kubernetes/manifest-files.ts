import type { Source } from '../policy/load.ts';
import { Fault } from '../problem/faults.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import { type ManifestObject, manifestObjectsOf } from './manifest-objects.ts';

/** A file of manifests: its text, and what stands in it. */
export interface ManifestFile extends Source {
  readonly documents: readonly SourceDocument[];
  readonly objects: readonly ManifestObject[];
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
