import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/** What the files of a layer may import; `types of` means with `import type` only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [
    'core',
    'diff',
    'fast-json-patch',
    'hast-util-to-html',
    'leven',
    'mdast-util-gfm-table',
    'mdast-util-to-hast',
    'mdast-util-to-markdown',
    'node:crypto',
    'node:net',
    'typebox',
    'types of hast',
    'types of mdast',
    'yaml',
  ],
  cluster: [
    'cluster',
    'core',
    '@kubernetes/client-node',
    'ws',
    '@peculiar/x509',
    'fast-json-patch',
    'reflect-metadata',
    'types of pino',
    'node:*',
  ],
  telemetry: ['telemetry', 'core', 'pino', '@prometheus-io/client', 'node:*'],
  server: [
    ...['server', 'core', 'cluster', 'telemetry', 'fastify', '@fastify/accept-negotiator', 'types of pino'],
    ...['@prometheus-io/client', 'node:*'],
  ],
  cli: [
    'cli',
    'core',
    'cluster',
    'telemetry',
    'types of server',
    'commander',
    '@bufbuild/cel',
    'picocolors',
    'cli-table3',
    'fast-json-patch',
    'hast-util-to-html',
    'types of hast',
    'yaml',
    'node:*',
  ],
  helm: ['helm', 'core', 'cli', 'commander', 'diff', 'fast-json-patch', 'yaml', 'node:*'],
  dashboard: ['dashboard', 'types of core', 'types of typebox', 'preact', 'uplot'],
  main: ['cli', 'server', 'node:*'],
};

/** Of these modules a pure core takes only what neither reads the world nor waits for it. */
const PURE_NAMES: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['hash'],
  'node:net': ['isIP', 'isIPv4', 'isIPv6'],
};

/** What a pure core does not name: clock, randomness, environment, console, timers. */
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|process\.|console\.|setTimeout|setInterval|setImmediate|fetch\(|await |async )/;

const MAX_LINES = 220;
const SAYS_NOTHING = /(^|\/)(utils?|helpers?|shared|common)(\.|\/|$)/;

const root = new URL('../../', import.meta.url);
const filesUnder = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replace(fileURLToPath(root), ''))
    .map((path) => path.replace(/\/{2,}/g, '/'))
    .sort();
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const layerOf = (path: string): string => path.replace(/^src\//, '').split(/[./]/)[0] ?? '';

interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
  readonly names: readonly string[];
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:([^;'"=]*?)\s+from\s+)?'([^']+)';/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(path: string): Import[] {
  const source = text(path);
  const statements = [...source.matchAll(STATEMENT)].map(([, type, clause = '', from = '']) => ({
    from,
    typesOnly: type !== undefined,
    names: clause
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  }));
  const dynamic = [...source.matchAll(DYNAMIC)].map(([, from = '']) => ({ from, typesOnly: false, names: [] }));
  return [...statements, ...dynamic];
}

/** The layer of a relative import, the package of another. */
function targetOf(path: string, from: string): string {
  if (from.startsWith('.')) return layerOf(new URL(from, `file:///${path}`).pathname.slice(1));
  if (from.startsWith('node:')) return from;
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAllowed(layer: string, target: string, typesOnly: boolean): boolean {
  const allowed = MAY_IMPORT[layer] ?? [];
  const any = target.startsWith('node:') ? ['node:*'] : [];
  return [target, ...any, ...(typesOnly ? [`types of ${target}`] : [])].some((name) => allowed.includes(name));
}

const sources = filesUnder('src').filter((path) => /\.tsx?$/.test(path));

test('every layer under src has its line in the table, and every line its layer', () => {
  expect([...new Set(sources.map(layerOf))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});

test.each(Object.keys(MAY_IMPORT))('%s imports only what it may', (layer) => {
  const files = sources.filter((path) => layerOf(path) === layer);
  const strays = files.flatMap((path) =>
    importsOf(path)
      .map(({ from, typesOnly }) => ({ target: targetOf(path, from), typesOnly }))
      .filter(({ target, typesOnly }) => !isAllowed(layer, target, typesOnly))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(strays).toEqual([]);
});

test('the imports are found: a file of each form is read as it is', () => {
  expect(importsOf('src/core/sidecar/profiles/envoy/traffic-exclusions.ts')).toEqual([
    { from: 'node:net', typesOnly: false, names: ['isIPv4', 'isIPv6'] },
  ]);
  expect(importsOf('src/cli/environment.ts')).toEqual([
    { from: './commands/serve.ts', typesOnly: true, names: ['Serve'] },
  ]);
  expect(importsOf('src/main.ts').map(({ from }) => from)).toContain('./server/serve.ts');
  expect(targetOf('src/core/yaml/documents.ts', '../json/pointer.ts')).toBe('core');
  expect(targetOf('src/core/a.ts', 'typebox/compile')).toBe('typebox');
});

const core = sources.filter((path) => layerOf(path) === 'core');

test('the core takes only pure functions from Node', () => {
  const strays = core.flatMap((path) =>
    importsOf(path).flatMap(({ from, names }) =>
      names
        .filter((name) => PURE_NAMES[from] !== undefined && !PURE_NAMES[from].includes(name))
        .map((name) => `${path}: ${name}`),
    ),
  );
  expect(strays).toEqual([]);
});

test('the core is synchronous and knows neither clock, environment nor console', () => {
  const withoutComments = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  expect(core.filter((path) => IMPURE.test(withoutComments(text(path))))).toEqual([]);
});

test('a file holds one idea', () => {
  const long = sources
    .filter((path) => !path.endsWith('.generated.ts'))
    .filter((path) => text(path).split('\n').length > MAX_LINES);
  expect(long).toEqual([]);
});

test('a name says what a file or a folder holds', () => {
  const named = ['src', 'scripts', 'test'].flatMap(filesUnder);
  expect(named.filter((path) => SAYS_NOTHING.test(path))).toEqual([]);
});
