/**
 * A text as part of one line for people: a manifest may come from anybody, and a line break or an escape sequence in a name
 * could write lines of its own into a terminal or a log. The signs that turn the direction of writing count as well.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
