import type { Command } from 'commander';
import { programNamed, type Terminal } from './run-program.ts';

/** The command line `pillion`, without commands yet. */
export const pillionProgram = (terminal: Terminal): Command =>
  programNamed(
    'pillion',
    'Puts an Envoy sidecar on exactly the pods that asked for one, and can always say why.',
    terminal,
    // so that what stands behind a command is its own, although the one above it has flags of the same name
  ).enablePositionalOptions();

/** Adds a command to a program. */
export type AddCommand = (name: string, summary: string) => Command;

/** Adds commands that say the same of themselves in a list and on their own page. */
export const commandOf =
  (program: Command): AddCommand =>
  (name, summary) =>
    program.command(name).summary(summary).description(summary);
