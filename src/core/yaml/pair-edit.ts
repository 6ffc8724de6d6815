import { isAlias, isCollection, isMap, isNode, isScalar, type Pair } from 'yaml';
import { linesOfMembers, rewriteLines } from './block-edit.ts';
import { type Editing, hasMembers, offsetOf, type Place, plainSpelling, Uneditable } from './editing.ts';
import { flowLayoutAt } from './flow-edit.ts';
import { flowText, memberLines, scalarText } from './inserted-text.ts';
import { type Collection, contentEnd, type Member, membersOf, separationOf } from './source-positions.ts';
import { columnOf, nextLine } from './text-changes.ts';
import { type Entry, jsonOf } from './tracked-value.ts';

type PairMember = Member & { readonly pair: Pair };

/** Edits the value of one pair that stays: inside of it where it can, else the whole value. */
export function editPair(place: Place, member: PairMember, entry: Entry, path: string, editing: Editing): void {
  const { part } = entry;
  if (part.kind === 'standing') return;
  const { value: node } = member.pair;
  if (isAlias(node))
    throw new Uneditable(
      path,
      offsetOf(node),
      `is the alias *${node.source}; write it out here, so that it can be edited`,
    );
  const value = jsonOf(part);
  if (part.kind === 'opened' && !part.isNew && isCollection(node) && node.items.length > 0 && hasMembers(value)) {
    const keyColumn = columnOf(editing.text, member.start);
    editing.descend({ node: node as Collection, path, keyColumn }, part.entries);
  } else if (place.node.flow === true) replaceInFlow(place, member, value, path, editing);
  else replaceInBlock(place, member, entry, path, editing);
}

function replaceInFlow(place: Place, { pair }: PairMember, value: unknown, path: string, editing: Editing): void {
  const { lineBreak } = editing.layout;
  const bracket = offsetOf(place.node);
  const layout = flowLayoutAt(bracket, membersOf(place.node)?.[0]?.start ?? bracket, editing.text);
  const text = hasMembers(value)
    ? flowText(value, lineBreak, layout?.indentation, layout?.unit)
    : (editing.spellings.get(path) ?? plainSpelling(value));
  replaceValue(pair, text, path, editing);
}

function replaceValue(pair: Pair, text: string, path: string, editing: Editing): void {
  const { colonEnd, property } = separationOf(pair);
  if (property !== undefined) throw cannotBeReplaced(path, property.offset);
  if (colonEnd === undefined)
    throw new Uneditable(path, offsetOf(pair.key), 'has no value; write it as [], {} or null, or leave the key out');
  const end = contentEnd(pair.value);
  // a null that is written as nothing
  const start = end === 0 || text.trim() === '' ? colonEnd : offsetOf(pair.value);
  const gap = end === 0 && text !== '' && !/^\s/.test(text) ? ' ' : '';
  editing.changes.push({
    start,
    end: Math.max(start, end),
    text: gap + (start === colonEnd ? text : text.trimStart()),
  });
}

function replaceInBlock(place: Place, member: PairMember, entry: Entry, path: string, editing: Editing): void {
  const { pair } = member;
  const { colonEnd, hasLineBreak, property } = separationOf(pair);
  if (colonEnd === undefined) throw cannotBeReplaced(path, member.start);
  if (property !== undefined) throw cannotBeReplaced(path, property.offset);
  const value = jsonOf(entry.part);
  const { value: node } = pair;
  const column = columnOf(editing.text, member.start);
  if (isCollection(node) && node.flow !== true) {
    if (hasMembers(value)) throw cannotBeReplaced(path, member.start);
    collapse(node as Collection, colonEnd, value, path, editing);
  } else if (hasMembers(value)) {
    const end = Math.max(colonEnd, contentEnd(node));
    const spans = editing.text.slice(colonEnd, end).includes('\n');
    const isEmptyNull = contentEnd(node) === 0;
    if (spans || (hasLineBreak && !isEmptyNull)) {
      replaceValue(pair, flowText(value, editing.layout.lineBreak), path, editing);
      return;
    }
    const { step, listStep } = editing.layout;
    const inner = column + (Array.isArray(value) ? listStep : step);
    const at = nextLine(editing.text, end);
    if (end > colonEnd) editing.changes.push({ start: colonEnd, end, text: '' });
    editing.changes.push({ start: at, end: at, text: memberLines(value, inner, editing.layout) });
  } else if (isScalar(node) && typeof node.type === 'string' && node.type.startsWith('BLOCK'))
    rewriteLines(member, entry, place, column, editing);
  else if (hasLineBreak || !editing.spellings.has(path))
    replaceValue(pair, editing.spellings.get(path) ?? scalarText(value, editing.layout), path, editing);
  else {
    const end = Math.max(colonEnd, contentEnd(node));
    editing.changes.push({ start: colonEnd, end, text: behindColon(value, path, editing) });
  }
}

/** The lines of a block collection give way to an empty or null value behind its key. */
function collapse(node: Collection, colonEnd: number, value: unknown, path: string, editing: Editing): void {
  editing.changes.push({ start: colonEnd, end: colonEnd, text: behindColon(value, path, editing) });
  editing.changes.push({ ...linesOfMembers(node, path, editing.text), text: '' });
}

/** An empty or null value as it was spelled before, with the white space between it and its colon. */
function behindColon(value: unknown, path: string, { spellings }: Editing): string {
  const spelling = spellings.get(path) ?? ` ${plainSpelling(value)}`;
  return spelling === '' || /^\s/.test(spelling) ? spelling : ` ${spelling}`;
}

const cannotBeReplaced = (path: string, offset: number): Uneditable =>
  new Uneditable(path, offset, 'cannot be edited in place; write it as key: value, without an anchor or a tag');

/** How a null or empty value is written in its document, as it has to be written again; undefined where that is obvious. */
export function spellingOf(parent: unknown, pair: Pair | undefined, text: string): string | undefined {
  if (!isMap(parent) || pair === undefined || (pair.value !== null && !isNode(pair.value))) return undefined;
  const { colonEnd, hasLineBreak } = separationOf(pair);
  if (colonEnd === undefined) return undefined;
  const end = Math.max(colonEnd, contentEnd(pair.value));
  const inBlock = parent.flow !== true && !hasLineBreak && !text.slice(colonEnd, end).includes('\n');
  const spelling = text.slice(inBlock || end === colonEnd ? colonEnd : offsetOf(pair.value), end);
  const obvious = isCollection(pair.value) && [...(inBlock ? [' []', ' {}'] : ['[]', '{}'])].includes(spelling);
  return obvious ? undefined : spelling;
}
