import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { recorded } from '../core-fixtures/admissions.ts';
import { askingPod } from '../core-fixtures/pods.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const MEBIBYTE = 2 ** 20;
// a quarter above the 200 MB that it may take: when memory is collected differs from run to run, most of all on a machine that others use
const MOST_BYTES = 250 * MEBIBYTE;
// as much and more, where nothing is collected on purpose: a reader that keeps what it reads cannot stay below
const LOG_BYTES = 1.5 * MOST_BYTES;
// whole records take long; kept as texts beside the program’s own 100 MiB these are above it as well
const LOG_BYTES_WHOLE = 0.8 * MOST_BYTES;
const LINES_AT_ONCE = 1_000;

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

/** Lines of records, each about a pod of its own. */
function lines(first: number): string {
  const record = recorded(askingPod());
  return Array.from({ length: LINES_AT_ONCE }, (_, index) => {
    const number = first + index;
    const id = number.toString(16).padStart(16, '0');
    const time = new Date(Date.UTC(2026, 10, 3) + number * 100).toISOString();
    const own = { recordId: id, uid: `uid-${id}`, pod: `web-${id}`, time, namespace: `squad-${number % 500}` };
    return `${JSON.stringify({ ...record, ...own })}\n`;
  }).join('');
}

/** The most memory that a process has had, in bytes, as the kernel counts it. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

test.each([
  ['counts', ['--summary'], LOG_BYTES],
  ['tells what became of each pod', [], LOG_BYTES],
  ['tells it with the whole records', ['-o', 'json'], LOG_BYTES_WHOLE],
])('memory does not grow with the log: audit %s', async (_what, flags, size) => {
  const program = spawn(process.execPath, [MAIN, 'audit', '-f', '-', ...flags], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child = program;
  const said: Buffer[] = [];
  program.stderr.on('data', (data: Buffer) => said.push(data));
  let [bytes, number] = [0, 0];
  while (bytes < size) {
    const text = lines(number);
    number += LINES_AT_ONCE;
    bytes += text.length;
    if (!program.stdin.write(text)) await once(program.stdin, 'drain');
  }
  const peak = await peakMemory(program.pid as number);
  program.stdin.end();
  const [code] = await once(program, 'close');
  expect(Buffer.concat(said).toString('utf8')).toBe('');
  expect(code).toBe(0);
  expect(peak / MEBIBYTE).toBeLessThan(MOST_BYTES / MEBIBYTE);
});
