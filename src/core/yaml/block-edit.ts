import { isMap, isSeq } from 'yaml';
import { pointer } from '../json/pointer.ts';
import { type Editing, type Place, Uneditable } from './editing.ts';
import { itemLines, pairLines } from './inserted-text.ts';
import { type Collection, isMerge, type Member, membersOf } from './source-positions.ts';
import { columnOf, isFirstOnLine, lineStart, nextLine } from './text-changes.ts';
import { type Entry, jsonOf } from './tracked-value.ts';

/** Edits a block map or block list that keeps at least one of its members: whole lines come and go. */
export function editBlock(place: Place, entries: readonly Entry[], editing: Editing): void {
  const { node, path } = place;
  const members = membersOf(node);
  const first = members?.[0];
  if (members === undefined || first === undefined)
    throw new Uneditable(path, 0, 'cannot be edited in place; write it in block style');
  const column = columnOf(editing.text, first.start);
  const byOrigin = new Map(members.map((member, index) => [originOf(member, index), member]));
  const kept = new Set<unknown>(entries.map(({ origin }) => origin));
  for (const [origin, member] of byOrigin)
    if (!kept.has(origin) && !isMerge(member)) removeLines(member, place, editing);

  let position = startOfMembers(first, editing.text);
  for (const [index, entry] of entries.entries()) {
    if (entry.origin === undefined) {
      const next = entries.slice(index + 1).find(({ origin }) => origin !== undefined);
      const at = next === undefined ? endOfMembers(place, members, column, editing.text) : position;
      if (!isFirstOnLine(editing.text, first.start)) throw notOnItsLine(place, first);
      editing.changes.push({ start: at, end: at, text: linesOf(entry, column, editing) });
      continue;
    }
    const member = byOrigin.get(entry.origin);
    if (member === undefined) continue;
    if (isSeq(node) && entry.part.kind === 'new') rewriteLines(member, entry, place, column, editing);
    position = lineEnd(editing.text, member.end);
  }
}

/** What a member is known by among the entries: its key, in a list its index. */
export const originOf = ({ pair }: Member, index: number): unknown =>
  pair === undefined ? index : String((pair.key as { readonly value?: unknown }).value);

const linesOf = ({ key, part }: Entry, column: number, { layout }: Editing): string =>
  key === undefined ? itemLines(jsonOf(part), column, layout) : pairLines(key, jsonOf(part), column, layout);

/** Takes the lines of a member away. */
function removeLines(member: Member, place: Place, editing: Editing): void {
  if (!isFirstOnLine(editing.text, member.start)) throw notOnItsLine(place, member);
  const start = lineStart(editing.text, member.start);
  editing.changes.push({ start, end: lineEnd(editing.text, member.end), text: '' });
}

/** Writes a member anew, on lines of its own. */
export function rewriteLines(member: Member, entry: Entry, place: Place, column: number, editing: Editing): void {
  if (!isFirstOnLine(editing.text, member.start)) throw notOnItsLine(place, member);
  const start = lineStart(editing.text, member.start);
  editing.changes.push({
    start,
    end: lineEnd(editing.text, member.end),
    text: linesOf(entry, column, editing),
  });
}

const notOnItsLine = ({ path, node }: Place, { start }: Member): Uneditable =>
  new Uneditable(
    path,
    start,
    `${isMap(node) ? 'the map' : 'the list'} begins on the line of something else; put it on lines of its own`,
  );

/** Where the line behind this offset begins; a block of text may end with its line break. */
const lineEnd = (text: string, end: number): number => (text[end - 1] === '\n' ? end : nextLine(text, end));

// in front of the comments that stand before the first member: they are about it
function startOfMembers({ start }: Member, text: string): number {
  let at = lineStart(text, start);
  while (at > 0) {
    const before = lineStart(text, at - 1);
    if (before >= at || !/^\s*(#.*)?$/.test(text.slice(before, at - 1))) break;
    at = before;
  }
  return at;
}

/** Behind the last member and the comments that are indented like it. */
function endOfMembers({ keyColumn }: Place, members: readonly Member[], column: number, text: string): number {
  let end = lineEnd(text, members.at(-1)?.end ?? 0);
  // dashes may stand under their key, where a comment belongs to what follows
  const least = Math.max(column, keyColumn + 1);
  for (let at = end; at < text.length; ) {
    const next = nextLine(text, at);
    const [, indentation = '', comment] = /^( *)(#)?/.exec(text.slice(at, next)) ?? [];
    if (comment === undefined ? text.slice(at, next).trim() !== '' : indentation.length < least) break;
    if (comment !== undefined) end = next;
    at = next;
  }
  return end;
}

/** The lines of all members of a block collection, comments between them included. */
export function linesOfMembers(node: Collection, path: string, text: string): { start: number; end: number } {
  const members = membersOf(node);
  const [first, last] = [members?.[0], members?.at(-1)];
  if (first === undefined || last === undefined || !isFirstOnLine(text, first.start))
    throw new Uneditable(path, first?.start ?? 0, 'begins on the line of something else; put it on lines of its own');
  return { start: lineStart(text, first.start), end: lineEnd(text, last.end) };
}

/** The JSON pointer of a member. */
export const memberPath = (path: string, { key, origin }: Entry): string => path + pointer(key ?? origin ?? '');
