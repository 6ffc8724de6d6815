import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Guard } from '../../test/processes/guard.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const POLL_MS = 200;
// Jest itself waits a second for what tests left open
const LINGER_MS = 120_000;

export interface CommandOutcome {
  readonly code: number | null;
  readonly output: string;
  /** why it was ended from here */
  readonly ended: 'too slow' | 'lingered' | undefined;
}

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly deadline: number;
  /** a file that it writes when its work is done: it must end soon after */
  readonly result?: string;
}

/** Runs a command in the checkout to its end, its output kept back. It ends with this process. */
export async function runCommand(
  guard: Guard,
  { name, command, args, deadline, result }: Command,
): Promise<CommandOutcome> {
  const log = join(guard.folder, `${name.replaceAll(' ', '-')}.log`);
  const started = await guard.start({ command, args, cwd: ROOT, log });
  const exit = started.ended();
  let ended: CommandOutcome['ended'];
  let doneSince: number | undefined;
  const watch = setInterval(() => {
    if (result !== undefined && existsSync(result)) doneSince ??= Date.now();
    if (Date.now() > deadline) ended = 'too slow';
    else if (doneSince !== undefined && Date.now() - doneSince > LINGER_MS) ended = 'lingered';
    if (ended === undefined) return;
    clearInterval(watch);
    void started.stop();
  }, POLL_MS);
  const { code } = await exit;
  clearInterval(watch);
  return { code, output: await readFile(log, 'utf8'), ended };
}
