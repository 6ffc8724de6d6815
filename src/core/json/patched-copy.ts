import jsonPatch, { type Operation } from 'fast-json-patch';
import { isObject } from './is-object.ts';
import { pointerParts } from './pointer.ts';

/**
 * A value after the operations of a patch. It stays as it was: what an operation changes is copied, and everything else stands in both, since
 * copying a whole pod takes longer than judging it.
 * @throws Error where an operation leads nowhere
 */
export function patchedCopy(value: unknown, operations: readonly Operation[]): unknown {
  const copies = new Set<object>();
  let document = value;
  for (const operation of operations) {
    for (const path of pathsOf(operation)) document = withCopies(document, pointerParts(path).slice(0, -1), copies);
    document = jsonPatch.applyOperation(document, operation).newDocument;
  }
  return document;
}

/** What an operation changes. */
const pathsOf = (operation: Operation): readonly string[] =>
  operation.op === 'move' ? [operation.from, operation.path] : [operation.path];

/** A value with copies of everything that stands on a way into it, each made once. */
function withCopies(value: unknown, way: readonly string[], copies: Set<object>): unknown {
  const root = copyOf(value, copies);
  let at = root;
  for (const part of way) {
    // the patch itself says what is wrong with a way that leads nowhere
    if (!isContainer(at) || part === '__proto__' || !Object.hasOwn(at, part)) break;
    const parent = at as Record<string, unknown>;
    at = copyOf(parent[part], copies);
    parent[part] = at;
  }
  return root;
}

function copyOf(value: unknown, copies: Set<object>): unknown {
  if (!isContainer(value) || copies.has(value)) return value;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copies.add(copy);
  return copy;
}

const isContainer = (value: unknown): value is object => Array.isArray(value) || isObject(value);
