import { isObject } from '../core/json/is-object.ts';
import { pointer } from '../core/json/pointer.ts';
import type { Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { readDocuments, type SourceDocument } from '../core/yaml/documents.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

/** One Kubernetes object of a file, with the way back to its place; the items of a List are objects of their own. */
export interface ManifestObject {
  readonly value: unknown;
  readonly document: SourceDocument;
  /** JSON pointer from the document to the object; empty unless it is an item of a List. */
  readonly at: string;
}

/**
 * Reads every object of the given files, `-` being stdin.
 * @throws Fault PIL001 for a file that cannot be read, PIL002 with every place that does not parse
 */
export async function readManifests(
  files: readonly string[],
  environment: Environment,
): Promise<readonly ManifestObject[]> {
  return manifestObjects(await Promise.all(files.map((file) => readSource(file, environment))));
}

/**
 * Every object of the given texts.
 * @throws Fault PIL002 with every place that does not parse
 */
export function manifestObjects(sources: readonly Source[]): readonly ManifestObject[] {
  const read = sources.map(({ file, text }) => readDocuments(text, file));
  const problems = read.flatMap((result) => result.problems);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  return read.flatMap(({ documents }) => documents.flatMap(objectsOf));
}

function objectsOf(document: SourceDocument): ManifestObject[] {
  const { value } = document;
  const items =
    isObject(value) && typeof value.kind === 'string' && value.kind.endsWith('List') ? value.items : undefined;
  if (!Array.isArray(items)) return [{ value, document, at: '' }];
  return items.map((item: unknown, index) => ({ value: item, document, at: pointer('items', index) }));
}
