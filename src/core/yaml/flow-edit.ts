import { originOf } from './block-edit.ts';
import { type Editing, type Place, Uneditable } from './editing.ts';
import { flowText } from './inserted-text.ts';
import { isMerge, type Member, membersOf } from './source-positions.ts';
import { columnOf, lineStart } from './text-changes.ts';
import { type Entry, jsonOf } from './tracked-value.ts';

/** Edits a flow map or flow list that has members and keeps some: what is inserted is JSON, laid out as its neighbours are. */
export function editFlow({ node, path }: Place, entries: readonly Entry[], editing: Editing): void {
  const members = membersOf(node);
  const [first, last] = [members?.[0], members?.at(-1)];
  if (members === undefined || first === undefined || last === undefined)
    throw new Uneditable(path, node.range?.[0] ?? 0, 'cannot be edited in place; write it in block style');
  const layout = flowLayoutAt(node.range?.[0] ?? 0, first.start, editing.text);
  const text = (entry: Entry) => written(entry, layout, editing.layout.lineBreak);
  const separator = layout === undefined ? ', ' : `,${editing.layout.lineBreak}${layout.indentation}`;
  const byOrigin = new Map(members.map((member, index) => [originOf(member, index), member]));
  const keptOrigins = new Set<unknown>(entries.map(({ origin }) => origin));
  const isKept = (index: number, member: Member) => isMerge(member) || keptOrigins.has(originOf(member, index));

  const keepsAny = members.some((member, index) => isKept(index, member));
  if (!keepsAny) {
    editing.changes.push({ start: first.start, end: last.end, text: entries.map(text).join(separator) });
    return;
  }
  removeRuns(members, isKept, editing);
  let before: Member | undefined;
  for (const entry of entries) {
    const member = entry.origin === undefined ? undefined : byOrigin.get(entry.origin);
    if (member !== undefined) {
      if (entry.part.kind === 'new' && member.pair === undefined)
        editing.changes.push({ start: member.start, end: member.end, text: text(entry) });
      before = member;
    } else if (entry.origin === undefined) {
      const [at, inserted] =
        before === undefined ? [first.start, text(entry) + separator] : [before.end, separator + text(entry)];
      editing.changes.push({ start: at, end: at, text: inserted });
    }
  }
}

// with the comma in front, or at the beginning with the one behind
function removeRuns(
  members: readonly Member[],
  isKept: (index: number, member: Member) => boolean,
  editing: Editing,
): void {
  const firstKept = members.findIndex((member, index) => isKept(index, member));
  const [start, end] = [members[0]?.start ?? 0, members[firstKept]?.start ?? 0];
  if (firstKept > 0) editing.changes.push({ start, end, text: '' });
  for (const [index, member] of members.entries()) {
    const before = members[index - 1];
    if (index > firstKept && before !== undefined && !isKept(index, member))
      editing.changes.push({ start: before.end, end: member.end, text: '' });
  }
}

/** How a collection in flow style is laid out that has a line for each member. */
export interface FlowLayout {
  /** In front of each member. */
  readonly indentation: string;
  /** What a nested level is indented by. */
  readonly unit: string;
}

/** The layout of the members, or undefined when they stand on the line of their bracket. */
export function flowLayoutAt(bracket: number, firstMember: number, text: string): FlowLayout | undefined {
  if (!text.slice(bracket, firstMember).includes('\n')) return undefined;
  const indentation = indentationAt(firstMember, text);
  const outer = indentationAt(bracket, text);
  const unit = indentation.startsWith(outer) ? indentation.slice(outer.length) : '';
  return { indentation, unit: unit === '' ? '  ' : unit };
}

/** The white space that the line of this offset begins with. */
const indentationAt = (offset: number, text: string): string => {
  const line = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*/.exec(line)?.[0] ?? ' '.repeat(columnOf(text, offset));
};

function written({ key, part }: Entry, layout: FlowLayout | undefined, lineBreak: string): string {
  const value = flowText(jsonOf(part), lineBreak, layout?.indentation, layout?.unit);
  return key === undefined ? value : `${flowText(key, lineBreak)}: ${value}`;
}
