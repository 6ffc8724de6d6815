import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { pillion } from './command-line.ts';

const FOLDER = 'deploy/resilience';

test.each([['explain'], ['traffic', 'envoy']])(
  'the command of docs/resilience.md works: pillion %s %s',
  async (...words) => {
    const command = words.filter((word) => word !== undefined);
    const args = ['-f', `${FOLDER}/shop.yaml`, '--profile', `${FOLDER}/profile.yaml`];
    expect(await readFile('docs/resilience.md', 'utf8')).toContain(`$ pillion ${[...command, ...args].join(' ')}\n`);
    const names = [`${FOLDER}/shop.yaml`, `${FOLDER}/profile.yaml`];
    const files = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readFile(name, 'utf8')])),
    );
    const { exit, stdout, stderr } = await pillion([...command, ...args], { files });
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain('shop/inventory');
    expect(stdout).toContain('tier critical');
  },
);
