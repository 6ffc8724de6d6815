import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const UPDATES = process.env.UPDATE_GOLDEN === '1';

/** Compares with a committed file, or writes it when UPDATE_GOLDEN=1; undefined means that there is to be no file. */
export function expectFile(file: URL, actual: string | undefined): void {
  if (UPDATES && actual === undefined) rmSync(file, { force: true });
  else if (UPDATES && actual !== undefined) writeFileSync(file, actual);
  const [, name = file.pathname] = file.pathname.split(root.pathname);
  // a missing file is as wrong as a different one
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  expect({ name, text: committed }).toEqual({
    name,
    text: actual,
  });
}
