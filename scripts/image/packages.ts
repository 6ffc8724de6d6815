import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package of which something is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json says. */
  readonly license: string;
  /** The licence, notice and authors files it brings, by name. */
  readonly notices: ReadonlyMap<string, string>;
}

const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const NOTICE = /^(licen[cs]e|notice|copying|copyright)/i;

/**
 * The packages behind the inputs of a bundle, by name.
 * @throws Error when one does not say its licence
 */
export async function bundledPackages(root: string, inputs: Iterable<string>): Promise<BundledPackage[]> {
  const folders = new Set([...inputs].flatMap((path) => PACKAGE_FOLDER.exec(path)?.[1] ?? []));
  const found = await Promise.all([...folders].map((folder) => readPackage(join(root, folder))));
  // the same version may be installed at several places
  const once = new Map(found.map((entry) => [`${entry.name}@${entry.version}`, entry]));
  return [...once.values()].sort((a, b) => (a.name < b.name || (a.name === b.name && a.version < b.version) ? -1 : 1));
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly [field: string]: string | undefined;
  };
  if (name === undefined || version === undefined || typeof license !== 'string')
    throw new Error(
      `${folder}/package.json does not say name, version and licence: look up its licence before you ship it`,
    );
  const files = (await readdir(folder)).filter((file) => NOTICE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return { name, version, license, notices: new Map(files.map((file, index) => [file, texts[index]?.trim() ?? ''])) };
}
