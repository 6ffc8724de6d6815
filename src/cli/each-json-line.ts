import type { Problem } from '../core/problem/problem.ts';
import { type BrokenLines, MOST_PROBLEMS } from './broken-lines.ts';
import type { Environment } from './environment.ts';
import { linesOf, tooLong } from './log/line-blocks.ts';
import { startOfJson } from './log/line-prefix.ts';
import { logBlocks, logName } from './log/log-blocks.ts';
import { jsonOf } from './log/parsed-line.ts';

export interface JsonLines extends BrokenLines {
  /** How many lines there are but for empty ones. */
  readonly read: number;
}

/**
 * Hands over every line of a log that is JSON, one after another: a log may hold more than fits into memory. It may be packed with gzip, and be
 * what `kubectl logs` prints.
 * @param use says what is wrong with a value, if anything
 * @throws Fault PIL001 when it cannot be opened
 */
export async function eachJsonLine(
  path: string,
  environment: Pick<Environment, 'readBytes'>,
  use: (value: unknown) => Problem | undefined,
): Promise<JsonLines> {
  const file = logName(path);
  const problems: Problem[] = [];
  let [read, broken, line] = [0, 0, 0];
  const addBroken = (problem: Problem, at = line): void => {
    broken += 1;
    if (problems.length < MOST_PROBLEMS) problems.push({ file, line: at, ...problem });
  };
  const lost = (message: string): void => addBroken({ path: '', message }, line + 1);
  for await (const blocks of logBlocks(path, environment, { lost }))
    for (const block of blocks)
      for (const text of block.kind === 'long' ? [block] : linesOf(block)) {
        line += 1;
        if (text.length === 0) continue;
        read += 1;
        const problem = 'kind' in text ? tooLong(text.length) : problemOf(text, use);
        if (problem !== undefined) addBroken(problem);
      }
  return { read, broken, problems };
}

function problemOf(line: Buffer, use: (value: unknown) => Problem | undefined): Problem | undefined {
  const json = jsonOf(line.subarray(startOfJson(line, 0, line.length)));
  return 'problem' in json ? json.problem : use(json.value);
}
