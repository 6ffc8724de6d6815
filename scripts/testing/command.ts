import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Guard } from '../../test/processes/guard.ts';
import { EXITING, openHandles } from './open-handles.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const POLL_MS = 200;
// Jest itself waits a second for what tests left open
const SLOW_END_MS = 20_000;
const LINGER_MS = 120_000;

export interface CommandOutcome {
  readonly code: number | null;
  readonly output: string;
  /** why it was ended from here */
  readonly ended: 'too slow' | 'lingered' | 'exiting' | undefined;
  /** what kept it alive long after its work was done; undefined where it ended in time */
  readonly leftOpen: readonly string[] | undefined;
}

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly deadline: number;
  readonly niceness?: number | undefined;
  /** it must end soon after its work is done */
  readonly work?: Work;
}

/** What is known of the work of a command. */
export interface Work {
  /** a file that it writes when its work is done */
  readonly result: string;
  /** the file to which it writes what it has open: see open-handles.ts */
  readonly report: string;
}

/** Runs a command in the checkout to its end, its output kept back. It ends with this process. */
export async function runCommand(
  guard: Guard,
  { name, command, args, deadline, niceness, work }: Command,
): Promise<CommandOutcome> {
  const log = join(guard.folder, `${name.replaceAll(' ', '-')}.log`);
  // of a command of that name before this one
  await rm(log, { force: true });
  const started = await guard.start({ command, args, cwd: ROOT, log });
  // before it has children, which inherit it
  if (niceness !== undefined) setPriority(started.pid, niceness);
  const exit = started.ended();
  let ended: CommandOutcome['ended'];
  let doneSince: number | undefined;
  let leftOpen: Promise<readonly string[]> | undefined;
  const watch = setInterval(() => {
    if (work !== undefined && existsSync(work.result)) doneSince ??= Date.now();
    const lingers = doneSince === undefined ? 0 : Date.now() - doneSince;
    if (work !== undefined && lingers > SLOW_END_MS) leftOpen ??= openHandles(started.pid, work.report);
    if (Date.now() > deadline) ended = 'too slow';
    else if (lingers > LINGER_MS) ended = 'lingered';
    if (ended === undefined) return;
    clearInterval(watch);
    void started.stop();
  }, POLL_MS);
  const { code } = await exit;
  clearInterval(watch);
  const open = await leftOpen;
  // all that a program can leave open is gone by then: Node itself does not come to its end
  if (ended === 'lingered' && open?.[0] === EXITING) ended = 'exiting';
  return { code, output: await readFile(log, 'utf8'), ended, leftOpen: open };
}
