import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { SIDECAR_STATES } from '../../../src/core/running/sidecar-state.ts';

const page = await readFile(new URL('../../../docs/explain.md', import.meta.url), 'utf8');
const golden = async (name: string) =>
  await readFile(new URL(`../../golden/explain/${name}/told.txt`, import.meta.url), 'utf8');
const goldens = (await Promise.all(['skipped', 'drifted', 'namespace'].map(golden))).join('\n');
const blocks = [...page.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = '']) => text.trimEnd().split('\n'));

test.each(blocks.map(([command = '', ...printed]) => ({ command, printed })))(
  'docs/explain.md prints what is printed, but for lines that it leaves out: $command',
  ({ command, printed }) => {
    const runs = goldens.split(/^(?=\$ pillion )/m).map((run) => run.split('\n'));
    // the same command is in several goldens
    const found = runs
      .filter(([first]) => first === command)
      .map((lines) => lines.filter((line) => printed.includes(line)));
    expect(found).toContainEqual(printed);
  },
);

test('docs/explain.md has every state, and shows commands', () => {
  for (const state of Object.keys(SIDECAR_STATES)) expect(page).toContain(`| \`${state}\` | `);
  expect(blocks.length).toBeGreaterThan(3);
});
