import { constants } from 'node:os';
import { terminal } from '../cli/terminal.ts';
import { readTextFile, textOf } from '../cli/text-file.ts';
import { ENDING } from './helm.ts';
import { runPlugin } from './program.ts';

// the composition root of the Helm plugin; scripts/plugin/plugin-bundle.ts puts the question which Node this is in front of it
for (const signal of ENDING)
  process.on(signal, () => {
    // while Helm has the rest to do, the signal is Helm's, and we end when it does
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });

void runPlugin(process.argv.slice(2), {
  ...terminal(process),
  readStdin: () => textOf(process.stdin),
  readFile: readTextFile,
  now: () => new Date(),
  signals: process,
}).then((code) => {
  process.exitCode = code;
});
