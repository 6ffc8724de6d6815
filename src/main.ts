#!/usr/bin/env node
import { createReadStream } from 'node:fs';
import { hostname } from 'node:os';
import { runCommandLine } from './cli/program.ts';
import { linesOf, readTextFile, textOf } from './cli/text-file.ts';

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';

// whoever reads our output, such as head, may have enough of it
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: (line) => process.stdout.write(line),
  stderr: (line) => process.stderr.write(line),
  readStdin: () => textOf(process.stdin),
  readFile: readTextFile,
  readLines: (path) => linesOf(path === '-' ? process.stdin : createReadStream(path)),
  variables: process.env,
  now: () => new Date(),
  colour,
  columns: process.stdout.columns ?? 100,
  serve: async (options) => {
    // loaded on demand: a command that looks at a file need not start a server first
    const { serve } = await import('./server/serve.ts');
    await serve(options, {
      name: hostname(),
      signals: process,
      onUncaught: (listener) => {
        process.on('uncaughtException', listener);
        process.on('unhandledRejection', listener);
      },
    });
  },
});
