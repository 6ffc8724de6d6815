import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

test.each([
  ['stories', []],
  ['sums', ['--summary']],
])('audit --follow ends when one of the logs cannot be opened: %s', async (_what, flags) => {
  const program = spawn(process.execPath, [MAIN, 'audit', '-f', MAIN, '-f', 'nowhere.log', '--follow', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = program;
  const said: Buffer[] = [];
  program.stderr.on('data', (data: Buffer) => said.push(data));
  const [code] = await once(program, 'close');
  expect(Buffer.concat(said).toString('utf8')).toContain('nowhere.log: ENOENT');
  expect(code).toBe(2);
});
