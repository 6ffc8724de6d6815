import type { Operation } from 'fast-json-patch';
import { type Alias, isCollection, isMap, isPair, isSeq, type Pair, visit } from 'yaml';
import { pointerParts } from '../json/pointer.ts';
import { editBlock, memberPath, originOf } from './block-edit.ts';
import type { SourceDocument } from './documents.ts';
import { type Editing, offsetOf, type Place, Uneditable } from './editing.ts';
import { editFlow } from './flow-edit.ts';
import type { Layout } from './inserted-text.ts';
import { editPair, spellingOf } from './pair-edit.ts';
import { type Collection, isMerge, membersOf, pairOf } from './source-positions.ts';
import { columnOf, isFirstOnLine, type LinedText, type TextChange } from './text-changes.ts';
import { type Entry, trackedUnder } from './tracked-value.ts';

/**
 * What has to change in the text of a file so that one of its documents reads as if the operations were applied to its
 * value. Nothing else of the text changes: comments, order, quotation marks and white space stay.
 * @param operations `add`, `replace` and `remove` below the root of the document
 * @param spellings by path: how an empty or null value is to be written there
 * @throws Uneditable for a place that would need other text to be written anew, such as an alias
 */
export function changesFor(
  { parsed, value }: SourceDocument,
  operations: readonly Operation[],
  { text, lineBreak }: LinedText,
  spellings: ReadonlyMap<string, string> = new Map(),
): readonly TextChange[] {
  const root = parsed.contents;
  if (operations.length === 0) return [];
  if (!isCollection(root)) throw new Uneditable('', offsetOf(root), 'is neither a map nor a list');
  const changes: TextChange[] = [];
  const layout: Layout = { lineBreak, ...indentationOf(root as Collection, text) };
  const editing: Editing = {
    text,
    layout,
    spellings,
    changes,
    aliases: aliasesIn(root as Collection),
    descend: (place, entries) => editCollection(place, entries, editing),
  };
  editing.descend({ node: root as Collection, path: '', keyColumn: -1 }, trackedUnder(value, operations).entries);
  return changes;
}

/**
 * How a null or empty value of a document is written, where that has to be known to write it again.
 * @param text of its file
 */
export function spellingAt({ parsed }: SourceDocument, path: string, text: string): string | undefined {
  const parts = pointerParts(path);
  const last = parts.pop() ?? '';
  const parent: unknown = parsed.getIn(parts, true) ?? undefined;
  return isMap(parent) ? spellingOf(parent, pairOf(parent, last), text) : undefined;
}

function editCollection(place: Place, entries: readonly Entry[], editing: Editing): void {
  const { node, path } = place;
  const alias = node.anchor === undefined ? undefined : editing.aliases.get(node.anchor);
  if (alias !== undefined)
    throw new Uneditable(path, offsetOf(alias), `the alias *${alias.source} means what is edited; write it out here`);
  const members = new Map(membersOf(node)?.map((member, index) => [originOf(member, index), member]));
  for (const entry of entries) {
    if (entry.origin === undefined || entry.part.kind === 'standing') continue;
    const member = members.get(entry.origin);
    const inner = memberPath(path, entry);
    if (member === undefined) throw merged(node, inner);
    if (member.pair !== undefined) editPair(place, { ...member, pair: member.pair }, entry, inner, editing);
    else if (entry.part.kind === 'opened') editItem(member.value, inner, member.start, entry.part.entries, editing);
  }
  (node.flow === true ? editFlow : editBlock)(place, entries, editing);
}

function editItem(node: unknown, path: string, start: number, entries: readonly Entry[], editing: Editing): void {
  if (!isCollection(node) || node.items.length === 0)
    throw new Uneditable(path, start, 'cannot be edited in place; write it out here');
  editing.descend({ node: node as Collection, path, keyColumn: columnOf(editing.text, start) }, entries);
}

function merged(node: Collection, path: string): Uneditable {
  const merge = membersOf(node)?.find(isMerge);
  return new Uneditable(path, merge?.start ?? offsetOf(node), 'comes from a merge key (<<); write it out here');
}

/** The last alias of each anchor: one is enough to be told. */
function aliasesIn(root: Collection): Map<string, Alias> {
  const aliases = new Map<string, Alias>();
  visit(root, { Alias: (_, alias) => void aliases.set(alias.source, alias) });
  return aliases;
}

/** The indentation that the document itself has: of its first map in a map, and of its first list in a map. */
function indentationOf(root: Collection, text: string): { readonly step: number; readonly listStep: number } {
  const found: { map?: number; list?: number } = {};
  const look = (map: unknown, pair: Pair): void => {
    const { value } = pair;
    if (!isMap(map) || map.flow === true || !isCollection(value) || value.flow === true) return;
    const inner = membersOf(value as Collection)?.[0]?.start;
    const key = offsetOf(pair.key);
    if (inner === undefined || !isFirstOnLine(text, inner)) return;
    found[isSeq(value) ? 'list' : 'map'] ??= columnOf(text, inner) - columnOf(text, key);
  };
  visit(root, (_, node, path) => {
    if (isPair(node)) look(path.at(-1), node);
    return found.map !== undefined && found.list !== undefined ? visit.BREAK : undefined;
  });
  const step = found.map ?? 2;
  return { step, listStep: found.list ?? step };
}
