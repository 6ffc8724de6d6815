import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { compressed } from './compressed.ts';

/** A file of the page. */
export interface Asset {
  readonly plain: Buffer;
  /** In fewer bytes, where that is worth it. */
  readonly gzip: Buffer | undefined;
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

// fonts are compressed already
const TEXTS = /\.(html|js|css|svg|json|txt)$/;
const HASHED = /-[0-9A-Za-z]{8,}\.\w+$/;

// they are compressed once
const SMALLEST = 9;

/** A file of the page, by its name and what is in it. */
export async function asset(name: string, plain: Buffer): Promise<Asset> {
  return {
    plain,
    gzip: TEXTS.test(name) ? await compressed(plain, SMALLEST) : undefined,
    type: TYPES.get(extname(name)) ?? 'application/octet-stream',
    etag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
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
  const read = names.map(async (name) => [name, await asset(name, await readFile(join(folder, name)))] as const);
  return new Map(await Promise.all(read));
}
