import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, ownedBy, podWith } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

const PAGE = new URL('../../../docs/policy.md', import.meta.url);
const page = await readFile(PAGE, 'utf8');

const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);

/** The files of the page, each named in its first line, and a log that no page could show. */
function filesOfPage(): Record<string, string> {
  const shown = blocks('yaml').map((text): [string, string] => {
    const [first = '', ...rest] = text.split('\n');
    return [first.replace('# ', ''), rest.join('\n')];
  });
  const files = Object.fromEntries(shown);
  const expressions = / {6}matchExpressions:\n.*\n/;
  const better = files['new.yaml']?.replace(expressions, '') ?? '';
  const web = ownedBy('StatefulSet', 'cart', askingPod({ 'sidecar.istio.io/logLevel': 'debug' }));
  const search = ownedBy('StatefulSet', 'search', podWith());
  const records = [recorded(web), recorded(web, { uid: 'second' }), recorded(search, { hook: 'warn', uid: 'third' })];
  return {
    ...files,
    'better.yaml': better,
    'records.log': records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  };
}

const files = filesOfPage();
const runs = blocks('console').map((text) => {
  const [command = '', ...printed] = text.trimEnd().split('\n');
  return { command: command.replace('$ pillion ', ''), printed: printed.join('\n') };
});

test('the page shows commands', () => {
  expect(runs.map(({ command }) => command.split(' ')[0])).toEqual(['policy', 'policy', 'simulate', 'simulate']);
});

test.each(runs)('docs/policy.md prints what is printed: $command', async ({ command, printed }) => {
  const { stdout, stderr } = await pillion(command.split(' '), { files });
  expect(`${stdout}${stderr}`.trimEnd()).toBe(printed);
});
