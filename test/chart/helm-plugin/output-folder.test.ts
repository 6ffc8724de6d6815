import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { installedPlugin } from './plugin.ts';

const plugin = installedPlugin();

test.each(['generate', 'eject'])('%s leaves every other folder as it is, whatever its name is', async (command) => {
  const folder = await plugin.workspace({
    'mesh.yaml': 'service: {name: catalog, port: 8080}\n',
    'out.new/notes.txt': 'keep\n',
    'out.old/notes.txt': 'keep\n',
  });
  const { code } = await plugin.run(4, folder, [command, '-o', 'out']);
  expect(code).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(['mesh.yaml', 'out', 'out.new', 'out.old']);
  for (const kept of ['out.new', 'out.old'])
    expect(await readFile(join(folder, kept, 'notes.txt'), 'utf8')).toBe('keep\n');
});

test('what was generated before is replaced as a whole, and others may read it', async () => {
  const folder = await plugin.workspace({ 'mesh.yaml': 'service: {name: catalog, port: 8080}\n' });
  const args = ['generate', '-o', 'deploy/catalog'];
  expect(await plugin.run(3, folder, args)).toMatchObject({ code: 0 });
  await writeFile(join(folder, 'deploy/catalog/templates.txt'), 'of an older version\n');
  await mkdir(join(folder, 'deploy/catalog.new'));
  expect(await plugin.run(3, folder, args)).toMatchObject({ code: 0 });
  expect((await readdir(join(folder, 'deploy/catalog'))).sort()).toEqual(['Chart.yaml', 'charts', 'values.yaml']);
  expect(await readdir(join(folder, 'deploy'))).toEqual(['catalog', 'catalog.new']);
  const [made, written] = await Promise.all(['deploy', 'deploy/catalog'].map((name) => stat(join(folder, name))));
  expect(written?.mode).toBe(made?.mode);
});
