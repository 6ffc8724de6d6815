/** Signs with which a spreadsheet begins a formula. Source: OWASP, CSV Injection. */
const BEGINS_FORMULA = /^[=+\-@\t\r]/;

/**
 * One row of comma-separated values, as RFC 4180 has them. A text that a spreadsheet would run as a formula has an apostrophe before
 * it: names in a record are chosen by whoever makes requests.
 */
export const csvRow = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = BEGINS_FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
