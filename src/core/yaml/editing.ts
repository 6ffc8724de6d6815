import type { Alias, Node } from 'yaml';
import type { Layout } from './inserted-text.ts';
import type { Collection } from './source-positions.ts';
import type { TextChange } from './text-changes.ts';
import type { Entry } from './tracked-value.ts';

/** Everything that the editing of one document shares. */
export interface Editing {
  readonly text: string;
  readonly layout: Layout;
  /** By path: how an empty or null value is to be written there, with the white space in front of it. */
  readonly spellings: ReadonlyMap<string, string>;
  /** The aliases of the document by the name of their anchor. */
  readonly aliases: ReadonlyMap<string, Alias>;
  readonly changes: TextChange[];
  /** Edits the members of a collection that stays one. */
  readonly descend: (place: Place, entries: readonly Entry[]) => void;
}

/** A collection on the way of the edit. */
export interface Place {
  readonly node: Collection;
  /** JSON pointer from the document. */
  readonly path: string;
  /** The column of the key that it is the value of; -1 for the document itself. */
  readonly keyColumn: number;
}

/** A place that cannot be edited without writing something else anew. */
export class Uneditable extends Error {
  readonly path: string;
  readonly offset: number;

  constructor(path: string, offset: number, message: string) {
    super(message);
    this.path = path;
    this.offset = offset;
  }
}

/** Where a node begins, 0 when it is not known. */
export const offsetOf = (node: unknown): number => (node as Partial<Node> | null)?.range?.[0] ?? 0;

/** How an empty or null value is written where nothing else is known. */
export const plainSpelling = (value: unknown): string => JSON.stringify(value ?? null);

/** Whether a value is a map or list that has members. */
export const hasMembers = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;
