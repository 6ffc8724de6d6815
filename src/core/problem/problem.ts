import { printable } from './printable.ts';

/**
 * One thing that is wrong with an input, told so that a person can find and mend it.
 * `path` is an RFC 6901 JSON pointer into the document; `line` and `column` count from 1.
 */
export interface Problem {
  readonly path: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** One line for people: `file:line:column path: message`, leaving out what is not known. */
export function problemLine({ file, line, column, path, message }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return printable([place, path, message].filter((part) => part !== '').join(': '));
}
