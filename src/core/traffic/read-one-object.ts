import type { Static, TSchema } from 'typebox';
import { isObject } from '../json/is-object.ts';
import { readObject, shown } from '../policy/read-object.ts';
import { firstProblems } from '../problem/first-problems.ts';
import type { Problem } from '../problem/problem.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';

// several times the greatest values that make sense. They come from annotations that anybody may write who may write a Service, and are
// read on the thread that answers reviews: the worst text of this length takes some 0.15 s
const MAX_CHARACTERS = 16_384;

type ReadOne<T extends TSchema> =
  | { readonly value: Static<T>; readonly document: SourceDocument }
  | { readonly problems: readonly Problem[] };

/** What is wrong with the length of a text; undefined where it can be read. */
export const excessOf = (characters: number): string | undefined =>
  characters <= MAX_CHARACTERS
    ? undefined
    : `has ${characters} characters; accepted: at most ${MAX_CHARACTERS}; leave out what is as in the defaults`;

/**
 * Reads a text that holds one object, as YAML or JSON.
 * @param smallest the least that is accepted, for whoever wrote nothing
 * @returns the object with the document that it stands in, or every problem with its place
 */
export function readOneObject<T extends TSchema>(schema: T, text: string, file: string, smallest: string): ReadOne<T> {
  const refused = (message: string) => ({ problems: [{ file, path: '', message }] });
  const excess = excessOf(text.length);
  if (excess !== undefined) return refused(excess);
  const { documents, problems } = readDocuments(text, file);
  if (problems.length > 0) return { problems: firstProblems(problems) };
  const [document, second] = documents;
  if (document === undefined) return refused(`is empty; write at least ${smallest}`);
  if (second !== undefined)
    return { problems: [{ file, ...second.place(''), path: '', message: 'begins a second document; accepted: one' }] };
  return readObjectOf(schema, document, smallest);
}

/** The same for a document that is read already. */
export function readObjectOf<T extends TSchema>(schema: T, document: SourceDocument, smallest: string): ReadOne<T> {
  if (!isObject(document.value)) {
    const message = `is ${shown(document.value)}; accepted: an object, such as ${smallest}`;
    return { problems: [{ file: document.file, ...document.place(''), path: '', message }] };
  }
  const read = readObject(schema, document);
  return 'value' in read ? { value: read.value, document } : { problems: firstProblems(read.problems) };
}
