import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pageFiles } from '../../scripts/dashboard/page-files.ts';
import { bundle, PARTS_FOLDER } from '../../scripts/image/bundle.ts';
import { DIST, PAGE_FOLDER, programFiles, writeDist } from '../../scripts/image/dist.ts';
import type { Sbom } from '../../scripts/image/sbom.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const BASE = 'registry.example/distroless/nodejs24';
const PACKAGE = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;

interface Locked {
  readonly version: string;
  readonly license: string;
  readonly dev?: boolean;
}

let folder: string;
let made: Sbom;
/** What stands in the lockfile about each package of which something is in the bundle, by name and version. */
let bundled: ReadonlyMap<string, Locked>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-dist-'));
  await writeDist(ROOT, folder, BASE);
  made = JSON.parse(await readFile(join(folder, DIST.sbom), 'utf8'));
  const [program, page] = await Promise.all([bundle(ROOT), pageFiles(ROOT)]);
  const inputs = new Map([...program.inputs, ...page.inputs]);
  const { packages: locked } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  bundled = new Map(
    [...inputs.keys()].flatMap((path) => {
      const [, at = '', name = ''] = PACKAGE.exec(path) ?? [];
      const entry = locked[at];
      return at === '' ? [] : [[`${name}@${entry?.version}`, entry as Locked] as const];
    }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const libraries = () => made.components.filter(({ type }) => type === 'library');

test('the SBOM lists every package of which something is in the bundle, with its licence, and no other', () => {
  expect(bundled.size).toBeGreaterThan(20);
  const listed = libraries().map(({ name, version, licenses }) => [
    `${name}@${version}`,
    (licenses as readonly { readonly license?: { readonly id: string }; readonly expression?: string }[])
      .map(({ license, expression }) => unbracketed(license?.id ?? expression ?? ''))
      .join(),
  ]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries([...bundled].map(([id, { license }]) => [id, unbracketed(license)])),
  );
});

/** An expression of SPDX says the same in brackets, and npm keeps those of some. */
const unbracketed = (licence: string): string => licence.replace(/^\((.*)\)$/, '$1');

test('every character of the program takes one byte in memory', async () => {
  for (const name of await programFiles(folder))
    expect(await readFile(join(folder, name), 'utf8')).toMatch(/^[\0-\x7f]+$/);
});

test('a server that starts reads nothing of the other commands', async () => {
  const read = await partsFrom(DIST.program, /^serve-/);
  const texts = await Promise.all([...read].map((path) => readFile(join(folder, path), 'utf8')));
  const sources = texts.flatMap((text) => text.match(/^\/\/ src\/\S+$/gm) ?? []);
  expect(sources).toEqual(expect.arrayContaining(['// src/server/serve.ts', '// src/cli/commands/serve.ts']));
  const commands = sources.filter((source) => /^\/\/ src\/cli\/(commands\/|\S+-command\.ts)/.test(source));
  expect(commands).toEqual(['// src/cli/commands/serve.ts']);
});

test('what is imported on demand has the names that are asked of it', async () => {
  const parts = await programFiles(folder);
  const texts = await Promise.all(parts.map((part) => readFile(join(folder, part), 'utf8')));
  // of a CommonJS package a part has its default alone
  expect(parts.filter((_, index) => /^export default require_/m.test(texts[index] ?? ''))).toEqual([]);
});

/** The files that are read when `path` is: what they import at once, and those on demand whose names match. */
async function partsFrom(path: string, onDemand: RegExp, read = new Set<string>()): Promise<ReadonlySet<string>> {
  if (read.has(path)) return read;
  read.add(path);
  const text = await readFile(join(folder, path), 'utf8');
  for (const [, before = '', part = ''] of text.matchAll(/^(.*?)"\.\/(?:parts\/)?([\w.-]+\.mjs)"/gm))
    if (!before.includes('import(') || onDemand.test(part)) await partsFrom(join(PARTS_FOLDER, part), onDemand, read);
  return read;
}

test('nothing in the bundle is there for development only', () => {
  expect([...bundled].filter(([, { dev }]) => dev === true).map(([id]) => id)).toEqual([]);
});

test('the SBOM names what is below the bundle, and says the same each time', async () => {
  expect(made.components.filter(({ type }) => type !== 'library').map(({ name }) => name)).toEqual(['node', BASE]);
  expect(made.metadata.component).toMatchObject({ name: 'pillion', type: 'application' });
  const again = await mkdtemp(join(folder, 'again-'));
  await writeDist(ROOT, again, BASE);
  const program = await programFiles(folder);
  for (const name of [...program, DIST.notices, DIST.sbom, join(PAGE_FOLDER, 'index.html')])
    expect((await readFile(join(again, name))).equals(await readFile(join(folder, name)))).toBe(true);
});

test('the page of the dashboard goes along, under the names that its document names', async () => {
  const { files } = await pageFiles(ROOT);
  const names = await readdir(join(folder, PAGE_FOLDER));
  expect(names.sort()).toEqual([...files.keys()].sort());
  for (const [name, { text }] of files) expect(await readFile(join(folder, PAGE_FOLDER, name), 'utf8')).toBe(text);
  expect([...bundled.keys()].join()).toMatch(/preact@.*uplot@/);
  const notices = await readFile(join(folder, DIST.notices), 'utf8');
  for (const name of ['preact', 'uplot']) expect(notices).toContain(`- ${name} `);
});

test('the licence of every package goes along', async () => {
  const notices = await readFile(join(folder, DIST.notices), 'utf8');
  const missing = [...bundled.keys()].filter((id) => !notices.includes(`- ${id.replace(/(.)@/, '$1 ')}:`));
  expect(missing).toEqual([]);
  expect(notices).toContain('Permission is hereby granted, free of charge');
});
