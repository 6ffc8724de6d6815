import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** A file of the page. */
export interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Its name changes with what is in it. */
  readonly isImmutable: boolean;
}

/** The files of the page by name; `index.html` is the page itself. */
export type Assets = ReadonlyMap<string, Asset>;

/** Reads the files of the page; called once, when somebody asks for the first. */
export type ReadAssets = () => Promise<Assets>;

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.json', 'application/json; charset=utf-8'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.woff2', 'font/woff2'],
]);

const HASHED = /-[0-9A-Za-z]{8,}\.\w+$/;

/** A file of the page, by its name and what is in it. */
export function asset(name: string, bytes: Buffer): Asset {
  return {
    bytes,
    type: TYPES.get(extname(name)) ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    isImmutable: HASHED.test(name),
  };
}

/**
 * The files of a folder that a build made, those in folders below it not.
 * @throws Error when there is none
 */
export async function assetsIn(folder: string): Promise<Assets> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const read = names.map(async (name) => [name, asset(name, await readFile(join(folder, name)))] as const);
  return new Map(await Promise.all(read));
}
