import type { Operation } from 'fast-json-patch';
import { isObject } from '../json/is-object.ts';
import { pointerParts } from '../json/pointer.ts';

/** One member of a map or list under a patch. */
export interface Entry {
  /** The key; in a list there is none. */
  readonly key?: string;
  /** The key or index under which it stood; undefined for one that the patch brings. */
  readonly origin: string | number | undefined;
  readonly part: Part;
}

/** A JSON value under a patch, in which everything still knows where it stood. */
export type Part =
  | { readonly kind: 'standing'; readonly value: unknown }
  | { readonly kind: 'new'; readonly value: unknown }
  | Opened;

/** A map or list with a change somewhere inside; `isNew` when the patch brought it. */
export interface Opened {
  readonly kind: 'opened';
  readonly isNew: boolean;
  readonly isList: boolean;
  entries: Entry[];
}

/**
 * The value with the operations applied, of which it knows `add`, `replace` and `remove` below the root.
 * @throws Error for an operation that does not fit the value
 */
export function trackedUnder(value: unknown, operations: readonly Operation[]): Opened {
  const root = opened({ kind: 'standing', value });
  for (const operation of operations) {
    const parts = pointerParts(operation.path);
    const last = parts.pop();
    if (last === undefined) throw unfit(operation);
    apply(
      operation,
      parts.reduce((at, token) => openedAt(at, token, operation), root),
      last,
    );
  }
  return root;
}

function apply(operation: Operation, target: Opened, token: string): void {
  const at = indexOf(target, token);
  if (operation.op === 'remove') {
    if (target.entries[at] === undefined) throw unfit(operation);
    target.entries.splice(at, 1);
    return;
  }
  if (operation.op !== 'add' && operation.op !== 'replace') throw unfit(operation);
  const part: Part = { kind: 'new', value: operation.value };
  const standing = target.entries[at];
  const replaces = standing !== undefined && (operation.op === 'replace' || !target.isList);
  if (!replaces && (operation.op === 'replace' || at < 0)) throw unfit(operation);
  if (replaces) target.entries[at] = { ...standing, part };
  else target.entries.splice(at, 0, { ...(target.isList ? {} : { key: token }), origin: undefined, part });
}

function openedAt(target: Opened, token: string, operation: Operation): Opened {
  const at = indexOf(target, token);
  const entry = target.entries[at];
  if (entry === undefined) throw unfit(operation);
  const part = opened(entry.part);
  target.entries[at] = { ...entry, part };
  return part;
}

// behind the last entry for a key that is not there; -1 for what is no index of the list
function indexOf({ isList, entries }: Opened, token: string): number {
  if (!isList) {
    const at = entries.findIndex(({ key }) => key === token);
    return at < 0 ? entries.length : at;
  }
  if (token === '-') return entries.length;
  return /^\d+$/.test(token) && Number(token) <= entries.length ? Number(token) : -1;
}

function opened(part: Part): Opened {
  if (part.kind === 'opened') return part;
  const { value } = part;
  const isNew = part.kind === 'new';
  const inner = (member: unknown, origin: string | number) => ({
    origin: isNew ? undefined : origin,
    part: { kind: part.kind, value: member },
  });
  if (Array.isArray(value)) return { kind: 'opened', isNew, isList: true, entries: value.map(inner) };
  if (!isObject(value)) throw new Error('a patch leads into a value that is neither a map nor a list');
  const entries = Object.entries(value).map(([key, member]) => ({ key, ...inner(member, key) }));
  return { kind: 'opened', isNew, isList: false, entries };
}

/** The plain JSON value of a part. */
export function jsonOf(part: Part): unknown {
  if (part.kind !== 'opened') return part.value;
  if (part.isList) return part.entries.map((entry) => jsonOf(entry.part));
  return Object.fromEntries(part.entries.map((entry) => [entry.key ?? '', jsonOf(entry.part)]));
}

const unfit = ({ op, path }: Operation): Error => new Error(`the operation ${op} ${path} does not fit the value`);
