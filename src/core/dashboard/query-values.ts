import type { TSchema } from 'typebox';
import { fieldsOf } from '../json/fields-of.ts';
import { readValue } from '../policy/read-object.ts';

type Read = { readonly value: unknown } | { readonly problem: string };

/**
 * The parameters of a query as the schema of a route wants them, its defaults filled in.
 * @returns what is wrong with the first ones that are not accepted, and what is, in one sentence
 */
export function readQuery(schema: TSchema, given: Iterable<readonly [string, string]>): Read {
  const known = fieldsOf(fieldsOf(schema).properties);
  const values = new Map<string, unknown>();
  for (const [name, text] of given) {
    if (!Object.hasOwn(known, name)) return { problem: unknownText(name, Object.keys(known)) };
    if (values.has(name)) return { problem: `the parameter ${name} stands there twice` };
    // a filter that is empty filters nothing
    if (text !== '') values.set(name, fieldsOf(known[name]).type === 'integer' ? numberOr(text) : text);
  }
  return told(readValue(schema, Object.fromEntries(values)), 'the parameter ');
}

/** The body of a question as the schema of a route wants it. */
export const readBody = (schema: TSchema, given: unknown): Read => told(readValue(schema, given), '');

const MOST_TOLD = 5;

function told(read: ReturnType<typeof readValue>, what: string): Read {
  if ('value' in read) return read;
  const lines = read.problems.slice(0, MOST_TOLD).map(({ path, message }) => {
    const name = path.slice(1);
    return `${name === '' ? 'the body' : `${what}${name}`} ${message}`;
  });
  return { problem: lines.join('. ') };
}

const numberOr = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text);

const unknownText = (name: string, known: readonly string[]): string =>
  `there is no parameter ${JSON.stringify(name.slice(0, 100))}; ${known.length === 0 ? 'none is accepted here' : `accepted: ${known.join(', ')}`}`;
