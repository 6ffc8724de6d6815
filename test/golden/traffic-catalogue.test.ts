import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { filesBelow } from '../../src/cli/files-below.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { expectFile } from './expected-file.ts';

// Each folder is a catalogue; what the linter says of it is the file of its name beside it. UPDATE_GOLDEN=1 npm test -- golden writes it.
const root = new URL('./traffic-catalogue/', import.meta.url);
const entries = readdirSync(root, { withFileTypes: true });
const folders = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

test.each(folders)('%s', async (name) => {
  const folder = fileURLToPath(new URL(name, root));
  const paths = (await filesBelow(folder)) ?? [];
  const files = Object.fromEntries(
    paths.map((path) => [path.slice(folder.length - name.length), readFileSync(path, 'utf8')]),
  );
  const { exit, stdout, stderr } = await pillion(['traffic', 'lint', '--catalog', name], { files });
  expectFile(new URL(`${name}.txt`, root), `${stdout}${stderr}exit code ${exit}\n`);
});

test('no expectation stands without its catalogue', () => {
  const expected = entries.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  expect(expected).toEqual(folders.map((name) => `${name}.txt`));
});
