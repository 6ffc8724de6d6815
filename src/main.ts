#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { browse } from './cli/browse.ts';
import type { Environment } from './cli/environment.ts';
import { filesBelow } from './cli/files-below.ts';
import { bytesOfFile, bytesOfGrowingFile, bytesOfStdin, sizeOfFile } from './cli/log/file-bytes.ts';
import { terminal } from './cli/terminal.ts';
import { readTextFile, textOf } from './cli/text-file.ts';
import type { Assets } from './server/dashboard/assets.ts';

const environment: Environment = {
  ...terminal(process),
  readStdin: () => textOf(process.stdin),
  readFile: readTextFile,
  writeFile: (path, text) => writeFile(path, text),
  filesBelow,
  readBytes: (path, follow) => {
    if (path === '-') return bytesOfStdin(process.stdin, follow);
    return follow === undefined ? bytesOfFile(path) : bytesOfGrowingFile(path, follow);
  },
  sizeOf: sizeOfFile,
  now: () => new Date(),
  collectGarbage: () => {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
  },
  onInterrupt: (listener) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    // a second one ends the process at once
    for (const signal of signals) process.once(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
  browse: (url) => browse(url, process),
  serve: async (options) => {
    // loaded on demand: a command that looks at a file need not start a server first
    const { serve } = await import('./server/serve.ts');
    await serve(options, {
      name: process.env.POD_NAME ?? hostname(),
      program: new URL(import.meta.url),
      signals: process,
      onUncaught: (listener) => {
        process.on('uncaughtException', listener);
        process.on('unhandledRejection', listener);
      },
      readAssets: pageAssets,
    });
  },
};

if (isMainThread) process.exitCode = await run(process.argv.slice(2));
else {
  // a thread that the server started for one question
  const { answerInThread } = await import('./server/dashboard/own-thread.ts');
  await answerInThread();
}

// a server lives long: what other commands consist of stays out of its memory
async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'serve') {
    const { runServe } = await import('./cli/serve-program.ts');
    return await runServe(args, environment);
  }
  const { runCommandLine } = await import('./cli/program.ts');
  return await runCommandLine(args, environment);
}

/** The page of the dashboard: beside the program where there was a build, else built now. */
async function pageAssets(): Promise<Assets> {
  const { asset, assetsIn } = await import('./server/dashboard/assets.ts');
  if (!import.meta.url.endsWith('/src/main.ts')) return assetsIn(fileURLToPath(new URL('dashboard', import.meta.url)));
  // by an address that no bundler follows: what builds is no part of a build
  const builder = new URL('../scripts/dashboard/page-files.ts', import.meta.url);
  const { pageFiles } = (await import(builder.href)) as PageBuilder;
  const { files } = await pageFiles(fileURLToPath(new URL('..', import.meta.url)));
  const made = [...files].map(async ([name, { text }]) => [name, await asset(name, Buffer.from(text))] as const);
  return new Map(await Promise.all(made));
}

interface PageBuilder {
  pageFiles(root: string): Promise<{ readonly files: ReadonlyMap<string, { readonly text: string }> }>;
}
