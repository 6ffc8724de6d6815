import { TrafficValues } from '../api/traffic/values.ts';
import type { Problem } from '../problem/problem.ts';
import type { SourceDocument } from '../yaml/documents.ts';
import { readOneObject } from './read-one-object.ts';

/** Traffic values as their author wrote them, with the way back to each place in their text. */
export interface WrittenValues {
  readonly value: TrafficValues;
  readonly document: SourceDocument;
}

/**
 * Reads traffic values, YAML or JSON, from a file or from the annotation `pillion.io/traffic` of a Service.
 * @param file the name under which problems are told
 * @returns the values, or every problem with its place, what stands there and what is accepted
 */
export const readTrafficValues = (
  text: string,
  file: string,
): WrittenValues | { readonly problems: readonly Problem[] } =>
  readOneObject(TrafficValues, text, file, 'service: {name: NAME, port: PORT}');
