import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { installedPlugin } from './plugin.ts';

const plugin = installedPlugin();

test('every rule that the reference names is explained, to people and to machines', async () => {
  const page = await readFile(new URL('../../../docs/traffic-rules.md', import.meta.url), 'utf8');
  const codes = [...new Set(page.match(/MESH\d{3}/g))];
  expect(codes.length).toBeGreaterThan(35);
  const folder = await plugin.workspace();
  const explained = async (code: string, ...more: string[]) => {
    const { stdout } = await plugin.runDirectly(folder, ['explain', code, ...more], {});
    return stdout;
  };
  for (const code of codes) expect(await explained(code)).toMatch(new RegExp(`^${code}(, [a-z]+)?: [^\\n]+\\.\\n\\n`));
  expect(JSON.parse(await explained('mesh007', '-o', 'json'))).toMatchObject({ code: 'MESH007', level: 'error' });
  expect(Object.keys(JSON.parse(await explained('MESH036', '-o', 'json')))).toEqual([
    'code',
    'sentence',
    'because',
    'evidence',
  ]);
  expect(await explained('MESH022')).toContain('This cannot happen: a retryBudget is written with every limit');
});
