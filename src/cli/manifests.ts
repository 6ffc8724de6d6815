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

function manifestFiles(sources: readonly Source[]): readonly ManifestFile[] {
  const read = sources.map((source) => ({ source, ...readDocuments(source.text, source.file) }));
  const problems = read.flatMap((result) => result.problems);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  return read.map(({ source, documents }) => ({ ...source, documents, objects: documents.flatMap(objectsOf) }));
}

function objectsOf(document: SourceDocument): ManifestObject[] {
  return membersOf({ value: document.value, document, at: '' });
}

/** The object itself, or the items of a List, in which kubectl looks for Lists as well. */
function membersOf(object: ManifestObject): ManifestObject[] {
  const { value, document, at } = object;
  if (!isObject(value) || typeof value.kind !== 'string' || !value.kind.endsWith('List')) return [object];
  const { apiVersion, kind, items } = value;
  if (!Array.isArray(items)) return [object];
  // the API server leaves out what the items of its own lists are
  const ofItems = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return items.flatMap((item: unknown, index) =>
    membersOf({
      value: isObject(item) && item.kind === undefined ? { ...ofItems, ...item } : item,
      document,
      at: at + pointer('items', index),
    }),
  );
}
