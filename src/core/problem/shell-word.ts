/** A text as one word of a POSIX shell, whatever is in it: as it is where no shell reads anything into it, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
