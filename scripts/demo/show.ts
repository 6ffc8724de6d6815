import { createTwoFilesPatch } from 'diff';
import picocolors from 'picocolors';
import { stringify } from 'yaml';
import type { Example } from './embedded.ts';

const MAX_VALUE_CHARACTERS = 100;

/** The record and the patch of one pod. */
export function exampleText({ workload, before, after, record }: Example, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const diff = createTwoFilesPatch('as the author wrote it', 'as it starts', yaml(before), yaml(after), '', '', {
    context: 2,
  })
    .split('\n')
    .slice(1)
    .filter((line) => !line.startsWith('\\'))
    .map((line) => (line.startsWith('+') ? paint.green(line) : line.startsWith('-') ? paint.red(line) : line));
  return [
    paint.bold(`The record of ${workload}`),
    JSON.stringify(record),
    '',
    paint.bold(`What was added to ${workload}`),
    ...diff,
  ].join('\n');
}

// a value of many kilobytes tells nothing in a diff but its length
const yaml = (value: unknown): string =>
  stringify(
    JSON.parse(JSON.stringify(value), (_, nested: unknown) =>
      typeof nested === 'string' && nested.length > MAX_VALUE_CHARACTERS && !nested.includes('\n')
        ? `${nested.slice(0, MAX_VALUE_CHARACTERS)}... (${nested.length} characters)`
        : nested,
    ),
    { lineWidth: 0 },
  );
