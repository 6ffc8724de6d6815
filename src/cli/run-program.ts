import { Command, CommanderError } from 'commander';
import { FAULTS, Fault } from '../core/problem/faults.ts';
import type { Environment } from './environment.ts';
import { faultText } from './output/fault.ts';

/** Receives the exit code of the command that ran. */
export type Done = (code: number | Promise<number>) => Promise<void>;

/** Where a command line prints, and how wide that is. */
export type Terminal = Pick<Environment, 'stdout' | 'stderr' | 'columns'>;

/** A command line without commands yet, that prints where the environment wants it and never ends the process. */
export const programNamed = (name: string, description: string, { stdout, stderr, columns }: Terminal): Command =>
  new Command(name)
    .description(description)
    .configureOutput({ writeOut: stdout, writeErr: stderr })
    .configureHelp({ helpWidth: columns })
    .showHelpAfterError('(see --help)')
    .exitOverride();

/**
 * Runs one command line.
 * @param program makes it; its commands give their exit code to `done`
 * @param args without the program’s own name
 * @returns the exit code of the command, or of the fault that ended it, which is told on stderr
 */
export async function runProgram(
  program: (done: Done) => Command,
  args: readonly string[],
  stderr: Environment['stderr'],
): Promise<number> {
  let exit = 0;
  const done: Done = async (code) => {
    exit = await code;
  };
  try {
    await program(done).parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : FAULTS.PIL003.exit;
    if (!(error instanceof Fault)) throw error;
    stderr(faultText(error));
    return FAULTS[error.code].exit;
  }
}
