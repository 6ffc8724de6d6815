#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { runCommandLine } from './cli/program.ts';

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: (line) => process.stdout.write(line),
  stderr: (line) => process.stderr.write(line),
  readStdin: () => text(process.stdin),
  readFile: (path) => readFile(path, 'utf8'),
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
