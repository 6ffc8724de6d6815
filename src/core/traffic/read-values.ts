import { TrafficValues } from '../api/traffic/values.ts';
import type { Problem } from '../problem/problem.ts';
import type { SourceDocument } from '../yaml/documents.ts';
import { readObjectOf, readOneObject } from './read-one-object.ts';

/** Traffic values as their author wrote them, with the way back to each place in their text. */
export interface WrittenValues {
  readonly value: TrafficValues;
  readonly document: SourceDocument;
}

/** Values that could be read, or what keeps them from it. */
export type ReadValues = WrittenValues | { readonly problems: readonly Problem[] };

const SMALLEST = 'service: {name: NAME, port: PORT}';

/**
 * Reads traffic values, YAML or JSON, from a file or from the annotation `pillion.io/traffic` of a Service.
 * @param file the name under which problems are told
 * @returns the values, or every problem with its place, what stands there and what is accepted
 */
export const readTrafficValues = (text: string, file: string): ReadValues =>
  readOneObject(TrafficValues, text, file, SMALLEST);

/** The same for a document that is read already. */
export const readTrafficDocument = (document: SourceDocument): ReadValues =>
  readObjectOf(TrafficValues, document, SMALLEST);
