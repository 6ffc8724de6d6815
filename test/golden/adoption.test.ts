import { expect, test } from '@jest/globals';
import { adoptionCsv, adoptionData } from '../../src/cli/output/adoption-data.ts';
import { adoptionText } from '../../src/cli/output/adoption-status.ts';
import { adoptionSvg } from '../../src/cli/output/adoption-svg.ts';
import { MONTH_NOW, monthStatus } from '../core-fixtures/rollout-month.ts';
import { expectFile } from './expected-file.ts';

const file = (name: string) => new URL(`adoption/${name}`, import.meta.url);
const UTF8 = { LANG: 'en_US.UTF-8' };

test.each([
  ['month-80.txt', { by: 'stage', days: 30 }, { columns: 80, colour: false, variables: UTF8 }],
  ['month-120.txt', { by: 'squad', days: 30 }, { columns: 120, colour: false, variables: UTF8 }],
  [
    'month-ascii.txt',
    { by: 'tribe', days: 30 },
    { columns: 80, colour: false, variables: { LC_ALL: 'C', LANG: 'en_US.UTF-8' } },
  ],
  ['fortnight-colour.txt', { by: 'environment', days: 14 }, { columns: 80, colour: true, variables: UTF8 }],
] as const)('the month on a terminal: %s', (name, shown, terminal) => {
  const text = adoptionText(monthStatus(), { ...shown, now: MONTH_NOW }, terminal);
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
  const widths = text.split('\n').map((line) => [...line.replace(escapes, '')].length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(terminal.columns);
  expectFile(file(name), text);
});

test('the month as a picture', () => {
  expectFile(file('month.svg'), adoptionSvg(monthStatus(), { now: MONTH_NOW, days: 30 }));
});

test('the month for machines', () => {
  expectFile(file('month.json'), `${JSON.stringify(adoptionData(monthStatus(), 'stage', []), null, 2)}\n`);
  expectFile(file('by-tribe.csv'), adoptionCsv(monthStatus(), 'tribe'));
});
