import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { AuthorsContainer } from './examined.ts';

/** A text of a container’s command line or environment. */
export interface WrittenText {
  /** JSON pointer from the pod. */
  readonly path: string;
  readonly text: string;
  /** Of a variable. */
  readonly variable?: string;
}

// what stands there comes from anybody who may write a workload, and is searched while the API server waits
const MOST_TEXTS = 200;
const MOST_CHARACTERS = 4096;

/**
 * What a container is started with, as far as its manifest says it: an image’s own command and what a Secret holds are not seen.
 * Of many texts the first are given, and of a long one its beginning.
 */
export function writtenTexts({ path, fields }: AuthorsContainer): readonly WrittenText[] {
  const listed = (field: 'command' | 'args') =>
    firstOf(fields[field]).map((text, index) => ({ path: `${path}/${field}/${index}`, text: start(asText(text)) }));
  const variables = firstOf(fields.env).flatMap((variable, index) => {
    const { name, value } = fieldsOf(variable);
    return typeof value === 'string'
      ? [{ path: `${path}/env/${index}/value`, text: start(value), variable: start(asText(name)) }]
      : [];
  });
  return [...listed('command'), ...listed('args'), ...variables];
}

const firstOf = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list.slice(0, MOST_TEXTS) : []);

const start = (text: string): string => text.slice(0, MOST_CHARACTERS);
