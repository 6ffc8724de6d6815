/** What a page does with a text that somebody gave it. */
export interface GivenText {
  text(): string;
  /** Shows a place of it, counted from 1. */
  goTo(line: number, column: number): void;
}

/** How many lines end in a text. */
export function lineBreaks(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Where a line begins, counted from 1; the end of the text where there are not so many. */
export function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', at);
    if (end === -1) return text.length;
    at = end + 1;
  }
  return at;
}

/** Leads to a place in a field and marks the rest of its line. */
export function select(field: HTMLTextAreaElement, line: number, column: number): void {
  const begin = offsetOf(field.value, line) + column - 1;
  const end = field.value.indexOf('\n', begin);
  field.focus();
  field.setSelectionRange(begin, end === -1 ? field.value.length : end);
  field.scrollTop = Math.max(0, line - 4) * Number.parseFloat(getComputedStyle(field).lineHeight);
}
