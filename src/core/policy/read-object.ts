import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { isObject } from '../json/is-object.ts';
import { pointer, pointerParts } from '../json/pointer.ts';
import type { Problem } from '../problem/problem.ts';
import type { SourceDocument } from '../yaml/documents.ts';

/**
 * Checks one document against the schema of one of Pillion's own objects.
 * @returns the value, or every problem with file, line, path, what stands there and what is accepted
 */
export function readObject<T extends TSchema>(
  schema: T,
  document: SourceDocument,
): { readonly value: Static<T> } | { readonly problems: readonly Problem[] } {
  const compiled = Compile(schema);
  if (compiled.Check(document.value)) return { value: document.value as Static<T> };
  const problems = compiled
    .Errors(document.value)
    .flatMap((error) => problemsOf(error, document.value))
    .map(({ path, message }) => ({ file: document.file, path, message, ...document.place(path) }));
  return { problems: distinct(problems) };
}

function problemsOf(error: TLocalizedValidationError, value: unknown): Pick<Problem, 'path' | 'message'>[] {
  const { keyword, instancePath: path, params } = error;
  const got = valueAt(value, path);
  switch (keyword) {
    case 'anyOf':
    case 'boolean': // the closed object above it names the key
      return [];
    case 'required':
      return listed(params, 'requiredProperties').map((key) => ({ path, message: `lacks the key ${key}` }));
    case 'additionalProperties':
      return listed(params, 'additionalProperties').map((key) => ({
        path: path + pointer(key),
        message: 'is not a key that is known here; remove it or mend its spelling',
      }));
    case 'enum':
      return [{ path, message: `is ${show(got)}; accepted: ${listed(params, 'allowedValues').join(', ')}` }];
    case 'const':
      return [
        { path, message: `is ${show(got)}; accepted: ${show((params as { allowedValue: unknown }).allowedValue)}` },
      ];
    default:
      return [{ path, message: `is ${show(got)}; it ${error.message}` }];
  }
}

const listed = (params: object, key: string): string[] => {
  const value: unknown = (params as Record<string, unknown>)[key];
  return Array.isArray(value) ? value.map(String) : [];
};

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

function valueAt(value: unknown, path: string): unknown {
  return pointerParts(path).reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, value);
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  return [...seen.values()];
}
