import { printable } from '../problem/printable.ts';
import type { FieldChange } from './field-changes.ts';
import { shown } from './read-object.ts';

/** A change of one place, in one line: `/spec/finalState: "Deny" becomes "Warn"`. */
export function changeLine({ path, before, after }: FieldChange): string {
  if (before === undefined) return printable(`${path}: ${shown(after)} is added`);
  if (after === undefined) return printable(`${path}: ${shown(before)} is taken away`);
  return printable(`${path}: ${shown(before)} becomes ${shown(after)}`);
}

const FEW = 2;

/** Changes in short, for a table. */
export function changesInShort(changes: readonly FieldChange[]): string {
  const more = changes.length - FEW;
  const first = changes.slice(0, FEW).map(changeLine);
  return [...first, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
