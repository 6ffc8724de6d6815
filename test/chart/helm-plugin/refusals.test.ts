import { cp, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { expectFile } from '../../golden/expected-file.ts';
import { HERE, installedPlugin, leftBehind } from './plugin.ts';

const plugin = installedPlugin();

const SMALLEST = 'service: {name: catalog, port: 8080}\n';

interface Wrong {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly code: 1 | 2;
}

const GENERATE = ['generate', '-o', 'out'];

/** Wrong inputs, each with its own message under expected/refused. */
const WRONG: readonly Wrong[] = [
  { name: 'nothing-said', files: {}, args: GENERATE, code: 2 },
  {
    name: 'file-of-the-project',
    files: { 'traffic.yaml': SMALLEST },
    args: [...GENERATE, '-f', 'traffic.yaml'],
    code: 2,
  },
  {
    name: 'unknown-key',
    files: { 'mesh.yaml': 'service:\n  name: catalog\n  port: 8080\n  teir: critical\ntimeuot: 3s\n' },
    args: GENERATE,
    code: 2,
  },
  { name: 'number-as-duration', files: { 'mesh.yaml': `${SMALLEST}timeout: 5\n` }, args: GENERATE, code: 2 },
  {
    name: 'contradicting-budgets',
    files: { 'mesh.yaml': `${SMALLEST}timeout: 1s\nretries:\n  attempts: 3\n  perTryTimeout: 900ms\n` },
    args: GENERATE,
    code: 1,
  },
  {
    name: 'contradicting-files',
    files: {
      'mesh.yaml': `${SMALLEST}retries:\n  attempts: 3\n  perTryTimeout: 900ms\n`,
      'values-prod.yaml': '# of the chart\nreplicas: 3\nmesh:\n  environment: production\n  timeout: 1s\n',
    },
    args: [...GENERATE, '-f', 'mesh.yaml', '-f', 'values-prod.yaml'],
    code: 1,
  },
  {
    name: 'unknown-retry-token',
    files: { 'mesh.yaml': `${SMALLEST}retries: {retryOn: [conect-failure]}\n` },
    args: GENERATE,
    code: 2,
  },
  {
    name: 'fault-in-production',
    files: { 'mesh.yaml': `${SMALLEST}environment: production\nfault: {abort: {percent: 10, status: 503}}\n` },
    args: GENERATE,
    code: 1,
  },
  {
    name: 'weight',
    files: { 'mesh.yaml': `${SMALLEST}canary: {version: v2, weight: 110}\n` },
    args: GENERATE,
    code: 2,
  },
  { name: 'flag', args: [...GENERATE, '--set', 'mesh.timeout=5', '--set-string', 'mesh.tiemout=5s'], code: 2 },
  { name: 'past-the-judge', args: [...GENERATE, '--set', 'mesh-standard.timeout=1ms'], code: 2 },
  { name: 'helm-refuses-the-flag', args: [...GENERATE, '--set-json', 'mesh.timeout={'], code: 1 },
  {
    name: 'templates-refuse',
    files: { 'mesh.yaml': `${SMALLEST}canary: {version: v1, weight: 10}\n` },
    args: [...GENERATE],
    code: 1,
  },
  { name: 'no-templates', args: [...GENERATE, '--templates', './central'], code: 2 },
  { name: 'no-version', args: [...GENERATE, '--templates', 'oci://registry.example.com/mesh-standard'], code: 2 },
  {
    name: 'version-range',
    args: [...GENERATE, '--templates', 'mesh-standard', '--repo', 'https://charts.example.com', '--version', '^1.0.0'],
    code: 2,
  },
  { name: 'repo-alone', args: [...GENERATE, '--repo', 'https://charts.example.com'], code: 2 },
  { name: 'no-chart', args: [...GENERATE, '--chart', 'charts/catalog'], code: 2 },
  {
    name: 'chart-of-version-1',
    files: { 'mesh.yaml': SMALLEST, 'chart/Chart.yaml': 'apiVersion: v1\nname: old\nversion: 0.1.0\n' },
    args: [...GENERATE, '--chart', 'chart'],
    code: 2,
  },
  {
    name: 'already-a-dependency',
    files: {
      'mesh.yaml': SMALLEST,
      'chart/Chart.yaml':
        'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n  - {name: mesh-standard, version: 0.1.0, repository: "oci://registry.example.com/charts"}\n',
    },
    args: [...GENERATE, '--chart', 'chart'],
    code: 2,
  },
  {
    name: 'annotations-are-a-list',
    files: {
      'mesh.yaml': SMALLEST,
      'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
      'chart/values.yaml': 'podAnnotations: [a, b]\n',
    },
    args: [...GENERATE, '--chart', 'chart'],
    code: 2,
  },
  {
    name: 'no-pods',
    files: { 'mesh.yaml': SMALLEST, 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n' },
    args: [...GENERATE, '--chart', 'chart'],
    code: 1,
  },
  {
    name: 'not-generated',
    files: { 'mesh.yaml': SMALLEST, 'out/notes.txt': 'keep\n' },
    args: GENERATE,
    code: 2,
  },
  {
    name: 'within-the-chart',
    files: { 'mesh.yaml': SMALLEST, 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n' },
    args: ['generate', '-o', 'chart/out', '--chart', 'chart'],
    code: 2,
  },
  { name: 'values-behind-the-dashes', args: ['template', 'live', '--', '--set', 'mesh.timeout=1s'], code: 2 },
  { name: 'values-behind-the-dashes-in-short', args: ['upgrade', 'live', '--', '-if', 'values.yaml'], code: 2 },
  { name: 'values-of-the-release-before', args: ['upgrade', 'live', '--', '-n', 'a', '--reuse-values'], code: 2 },
  {
    name: 'values-of-the-release-and-the-chart',
    args: ['upgrade', 'live', '--', '--reset-then-reuse-values'],
    code: 2,
  },
  { name: 'values-from-stdin', args: ['template', 'live', '-f', '-'], code: 2 },
  { name: 'nothing-to-verify', args: ['verify', '-o', 'out'], code: 2 },
  { name: 'two-to-compare', args: ['diff', 'live', '-o', 'out'], code: 2 },
  { name: 'unknown-rule', args: ['explain', 'MESH91'], code: 2 },
  { name: 'unknown-command', args: ['genrate'], code: 2 },
];

const pathsIn = async (folder: string) => (await readdir(folder, { recursive: true })).sort();

test.each(WRONG)('$name: it says what and where, and nothing is written', async ({ name, files, args, code }) => {
  const folder = await plugin.workspace(files ?? { 'mesh.yaml': SMALLEST });
  const before = await pathsIn(folder);
  const run = await plugin.run(4, folder, args);
  expectFile(new URL(`expected/refused/${name}.txt`, import.meta.url), run.stderr.replaceAll(folder, 'FOLDER'));
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: '' });
  expect(await pathsIn(folder)).toEqual(before);
  expect(await leftBehind(plugin)).toEqual([]);
});

test('an older Helm, and none, are refused before anything is asked of them', async () => {
  const folder = await plugin.workspace({ 'mesh.yaml': SMALLEST });
  const program = join(folder, 'helm-3.12');
  await writeFile(program, '#!/bin/sh\necho v3.12.0+gc9f554d\n', { mode: 0o755 });
  const old = await plugin.runDirectly(folder, ['generate', '-o', 'out'], { HELM_BIN: program });
  expect(old.code).toBe(1);
  expect(old.stderr).toContain(`  ${program} is Helm v3.12.0+gc9f554d; accepted: 3.21 or a later 3, 4.3 or a later 4;`);
  const missing = await plugin.runDirectly(folder, ['generate', '-o', 'out'], { HELM_BIN: `${program}-missing` });
  expect(missing.stderr).toContain(`  ${program}-missing cannot be run (HELM_BIN): spawn ${program}-missing ENOENT`);
  const unset = await plugin.runDirectly(folder, ['generate', '-o', 'out'], {});
  expect(unset.stderr).toContain('  HELM_BIN is not set; Helm sets it for its plugins, so start this as: helm pillion');
  expect(await pathsIn(folder)).toEqual(['helm-3.12', 'mesh.yaml']);
});

test('an older Node is refused in one line', async () => {
  const folder = await plugin.workspace({
    'older.cjs': "Object.defineProperty(process, 'versions', { value: { node: '18.20.4' } });",
  });
  const variables = { NODE_OPTIONS: `--require=${join(folder, 'older.cjs')}` };
  const { code, stdout, stderr } = await plugin.runDirectly(folder, ['lint'], variables);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `helm pillion needs Node 24 or later; ${process.execPath} is Node 18.20.4. Put a later one first on PATH.\n`,
  );
});

test('a chart with a link is refused, since what it points to need not be there tomorrow', async () => {
  const folder = await plugin.workspace({ 'mesh.yaml': SMALLEST });
  await cp(join(HERE, 'deployment'), join(folder, 'chart'), { recursive: true });
  await symlink('/etc/hostname', join(folder, 'chart', 'notes'));
  const { code, stderr } = await plugin.run(3, folder, ['generate', '-o', 'out', '--chart', 'chart']);
  expect(code).toBe(2);
  expect(stderr).toContain('  chart/notes: is neither a file nor a folder; put what it stands for in its place\n');
});
