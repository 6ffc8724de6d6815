import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { Settings } from 'typebox/system';
import { Default } from 'typebox/value';
import { nearest } from '../decision/nearest.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { pointerParts, valueAt } from '../json/pointer.ts';
import type { Problem } from '../problem/problem.ts';
import type { SourceDocument } from '../yaml/documents.ts';

/**
 * Checks one document against the schema of one of Pillion's own objects, after the defaults of the schema took the places that
 * were left out.
 * @returns the value, or every problem with file, line, path, what stands there and what is accepted
 */
export function readObject<T extends TSchema>(
  schema: T,
  document: SourceDocument,
): { readonly value: Static<T> } | { readonly problems: readonly Problem[] } {
  const read = readValue(schema, document.value);
  if ('value' in read) return read;
  const { file } = document;
  return { problems: read.problems.map((problem) => ({ ...problem, file, ...document.place(problem.path) })) };
}

/** The same for a value that stands in no file. */
export function readValue<T extends TSchema>(
  schema: T,
  given: unknown,
): { readonly value: Static<T> } | { readonly problems: readonly Problem[] } {
  const compiled = compiledOf(schema);
  const value = Default(schema, structuredClone(given));
  if (compiled.Check(value)) return { value: value as Static<T> };
  return { problems: distinct(errorsOf(compiled, value).flatMap((error) => problemsOf(error, value, schema))) };
}

const COMPILED = new WeakMap<TSchema, Validator>();

// a schema takes longer to compile than most documents take to check, and a catalogue has a thousand of them
function compiledOf(schema: TSchema): Validator {
  const known = COMPILED.get(schema) ?? Compile(schema);
  COMPILED.set(schema, known);
  return known;
}

// the library stops after 8, which one misplaced block can use up with errors that say nothing by themselves
const MOST_ERRORS = 1_000;

function errorsOf(compiled: { Errors(value: unknown): TLocalizedValidationError[] }, value: unknown) {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MOST_ERRORS });
  try {
    return compiled.Errors(value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

function problemsOf(
  error: TLocalizedValidationError,
  value: unknown,
  schema: TSchema,
): Pick<Problem, 'path' | 'message'>[] {
  const { keyword, instancePath: path, params, schemaPath } = error;
  const got = valueAt(value, path);
  switch (keyword) {
    case 'anyOf':
    case 'propertyNames':
    case 'additionalProperties': // each of the keys has an error of its own, the next one
      return [];
    case 'boolean':
      return [{ path, message: unknownKey(path, fieldsOf(valueAt(schema, parentOf(schemaPath)))) }];
    case 'required':
      return listed(params, 'requiredProperties').map((key) => ({ path, message: `lacks the key ${key}` }));
    case 'not': // what no key of a map may be
      return [{ path, message: 'is a key that no label can have; remove it or mend its spelling' }];
    case 'enum':
      return [{ path, message: `is ${shown(got)}; accepted: ${acceptedText(got, listed(params, 'allowedValues'))}` }];
    case 'const':
      return [
        { path, message: `is ${shown(got)}; accepted: ${shown((params as { allowedValue: unknown }).allowedValue)}` },
      ];
    default:
      return [{ path, message: unfitText(error, got, fieldsOf(valueAt(schema, schemaPath.slice(1)))) }];
  }
}

// keywords that say less than the title of their schema
const SAID_BY_TITLE: ReadonlySet<string> = new Set(['type', 'pattern', 'minProperties', 'maxProperties']);

function unfitText(error: TLocalizedValidationError, got: unknown, { title, pattern, examples }: Fields): string {
  const { keyword, message, schemaPath } = error;
  if (schemaPath.endsWith('/propertyNames')) return `is no key that is accepted here; accepted: ${title ?? message}`;
  const accepted = typeof title === 'string' && SAID_BY_TITLE.has(keyword) ? `accepted: ${title}` : `it ${message}`;
  const isText = typeof got === 'number' || typeof got === 'boolean';
  // an amount such as 2 is a number to YAML
  const quotable = isText && keyword === 'type' && message.endsWith('string');
  const fits = typeof pattern !== 'string' || new RegExp(pattern).test(String(got));
  return `is ${shown(got)}; ${accepted}${quotable && fits ? `, so write "${got}" in quotation marks` : ''}${guess(got, examples)}`;
}

// the words that a pattern accepts stand in its examples, so that a misspelt one can be told from any text
function guess(got: unknown, examples: unknown): string {
  const meant = typeof got === 'string' && Array.isArray(examples) ? nearest(got, examples.map(String)) : undefined;
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

type Fields = ReturnType<typeof fieldsOf>;

const parentOf = (schemaPath: string): string => schemaPath.slice(1).replace(/\/[^/]*$/, '');

function unknownKey(path: string, { properties }: Fields): string {
  const meant = nearest(pointerParts(path).at(-1) ?? '', Object.keys(fieldsOf(properties)));
  const next = meant === undefined ? 'remove it or mend its spelling' : `did you mean ${meant}?`;
  return `is not a key that is known here; ${next}`;
}

// kubectl reads YAML 1.1, where a bare Off is a boolean
function acceptedText(got: unknown, allowed: readonly string[]): string {
  const word = allowed.find(
    (value) => (got === false && /^off$/i.test(value)) || (got === true && /^on$/i.test(value)),
  );
  const text = allowed.join(', ');
  return word === undefined ? text : `${text}; write "${word}" in quotation marks, without them kubectl reads ${got}`;
}

const listed = (params: object, key: string): string[] => {
  const value: unknown = (params as Record<string, unknown>)[key];
  return Array.isArray(value) ? value.map(String) : [];
};

/** A value as JSON, cut to what fits into a message. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  return [...seen.values()];
}
