import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { pointerParts, valueAt } from '../json/pointer.ts';
import { shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import type { PlaceOf } from './judged-values.ts';

/** The key of a project’s own values under which its traffic values stand. */
export const TRAFFIC_KEY = 'mesh';

/** A file in which somebody says traffic values. */
export interface TrafficSource {
  readonly document: SourceDocument;
  /** JSON pointer to them: empty for a file that holds nothing else. */
  readonly at: '' | `/${typeof TRAFFIC_KEY}`;
}

// mesh.yaml, mesh-production.yaml
const NAMED = /(^|[\\/])mesh[^\\/]*\.(ya?ml|json)$/;

/**
 * Reads a values file, YAML or JSON, for the traffic values in it: those under the key `mesh`, or the whole file, when its name begins
 * with mesh or it says a meshVersion.
 * @returns no source for a file of the project’s own values, or every problem with its place
 */
export function readTrafficSource(
  text: string,
  file: string,
): { readonly source: TrafficSource | undefined } | { readonly problems: readonly Problem[] } {
  const { documents, problems } = readDocuments(text, file);
  if (problems.length > 0) return { problems };
  const [document, second] = documents;
  if (document === undefined) return { source: undefined };
  const refused = (path: string, message: string, { place }: SourceDocument) => ({
    problems: [{ file, ...place(path), path, message }],
  });
  if (second !== undefined) return refused('', 'begins a second document, which Helm would not read; keep one', second);
  if (!isObject(document.value))
    return refused('', `is ${shown(document.value)}; accepted: a map of values, such as mesh: {timeout: 3s}`, document);
  const at = Object.hasOwn(document.value, TRAFFIC_KEY) ? (`/${TRAFFIC_KEY}` as const) : '';
  if (at === '' && !NAMED.test(file) && !Object.hasOwn(document.value, 'meshVersion')) return { source: undefined };
  const value = valueAt(document.value, at);
  if (!isObject(value))
    return refused(
      at,
      `is ${shown(value)}; accepted: traffic values, such as {service: {name: NAME, port: PORT}}`,
      document,
    );
  return { source: { document, at } };
}

/** The traffic values that a file says. */
export const valuesIn = ({ document, at }: TrafficSource): Readonly<Record<string, unknown>> =>
  fieldsOf(valueAt(document.value, at));

/**
 * Tells where a value was said last.
 * @param sources in their order: a later one takes precedence
 * @param elsewhere what said the value at a JSON pointer into the traffic values, where that is none of the sources
 */
export const lastPlaceOf =
  (sources: readonly TrafficSource[], elsewhere: (path: string) => string | undefined): PlaceOf =>
  (path) => {
    const other = elsewhere(path);
    if (other !== undefined) return { file: other, path: `/${TRAFFIC_KEY}${path}` };
    for (let at = path; ; at = parentOf(at)) {
      const source = lastSaying(sources, at);
      if (source !== undefined) {
        const inFile = source.at + path;
        return { file: source.document.file, ...source.document.place(inFile), path: inFile };
      }
      if (pointerParts(at).length === 0) return {};
    }
  };

/** The last source that says something at a JSON pointer. */
export const lastSaying = (sources: readonly TrafficSource[], path: string): TrafficSource | undefined =>
  sources.findLast((source) => valueAt(valuesIn(source), path) !== undefined);

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
