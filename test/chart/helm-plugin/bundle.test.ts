import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { bundledPackages } from '../../../scripts/image/packages.ts';
import { pluginBundle } from '../../../scripts/plugin/plugin-bundle.ts';
import { readTree } from '../../../src/helm/file-tree.ts';
import { HELMS, runHelm } from '../helm-runs.ts';
import { MESH_CHART } from '../mesh-standard/mesh-chart.ts';
import { installedPlugin } from './plugin.ts';

const plugin = installedPlugin();
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

test('the one file has no client of a cluster and no server in it', async () => {
  const { inputs } = await pluginBundle(ROOT);
  const packages = (await bundledPackages(ROOT, inputs.keys())).map(({ name }) => name);
  expect(packages).toEqual([
    '@colors/colors',
    'ansi-regex',
    'cli-table3',
    'commander',
    'diff',
    'emoji-regex',
    'fast-json-patch',
    'is-fullwidth-code-point',
    'leven',
    'picocolors',
    'string-width',
    'strip-ansi',
    'typebox',
    'yaml',
  ]);
  expect([...inputs.keys()].filter((path) => /^src\/(cluster|server|telemetry)\//.test(path))).toEqual([]);
  // 1.2 MB as it is; more of it would be something that was not meant to be in it
  expect((await stat(join(plugin.folder, 'dist/pillion-helm.cjs'))).size).toBeLessThan(1_400_000);
});

test('every licence goes along with it', async () => {
  const notices = await readFile(join(plugin.folder, 'dist/THIRD-PARTY.txt'), 'utf8');
  expect(notices).toMatch(/^pillion-helm.cjs contains these packages\./);
  expect(notices).toContain('- typebox ');
});

test('the templates that it brings are those of the checkout, file by file', async () => {
  expect(await readTree(join(plugin.folder, 'dist/mesh-standard'))).toEqual(await readTree(MESH_CHART));
});

test('its help is about flags and presets that say something', async () => {
  const { stdout } = await plugin.runDirectly(plugin.folder, ['generate', '--help'], {});
  expect(stdout).toContain('-f, --values <file>');
  expect(stdout).not.toContain('default: []');
});

test.each(HELMS)('Helm %i lists it', async (major) => {
  const { stdout } = await runHelm(major, ['plugin', 'list'], plugin.variables(major));
  expect(stdout).toMatch(/^pillion\s+0\.1\.0\s/m);
});
