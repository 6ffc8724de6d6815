/** One change of a text: what stands from `start` to `end` gives way to `text`. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text as lines are edited in it: with a line break at its very end, which is taken away again afterwards. */
export interface LinedText {
  readonly text: string;
  readonly lineBreak: '\n' | '\r\n';
  /** Whether the last line break was added here. */
  readonly completed: boolean;
}

/** The text, completed; its first line break says which kind it has. */
export function linedText(text: string): LinedText {
  const lineBreak = /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n';
  const completed = !text.endsWith('\n');
  return { text: completed ? text + lineBreak : text, lineBreak, completed };
}

/**
 * The text with all changes made. Of changes at one place the one that was given first stands first.
 * @throws Error when two changes are about the same characters
 */
export function changedText({ text, lineBreak, completed }: LinedText, changes: readonly TextChange[]): string {
  // what is inserted goes in front of what is taken away at the same place
  const takesAway = ({ start, end }: TextChange) => Number(end > start);
  const inOrder = changes.toSorted((one, other) => one.start - other.start || takesAway(one) - takesAway(other));
  const pieces: string[] = [];
  let done = 0;
  for (const change of inOrder) {
    if (change.start < done) throw new Error('two changes of a text overlap');
    pieces.push(text.slice(done, change.start), change.text);
    done = change.end;
  }
  const changed = pieces.join('') + text.slice(done);
  return completed && changed.endsWith(lineBreak) ? changed.slice(0, -lineBreak.length) : changed;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** Where the line of this offset begins; a byte order mark stands in front of the first line. */
export function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return start === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : start;
}

/** Where the next line begins, or the text ends. */
export function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** The column of an offset, from 0. */
export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

/** Whether nothing but spaces stands in front of the offset on its line. */
export const isFirstOnLine = (text: string, offset: number): boolean =>
  /^ *$/.test(text.slice(lineStart(text, offset), offset));
