import type { Needles } from '../../core/records/scan/needles.ts';
import type { Environment } from '../environment.ts';
import { LineCounter, type LineCounts } from './line-counts.ts';
import { LineReader, type TakeRecord } from './line-reader.ts';
import { type BlocksOptions, logBlocks, logName } from './log-blocks.ts';
import { ReadingProgress } from './reading-progress.ts';

export type LogEnvironment = Pick<
  Environment,
  'readBytes' | 'sizeOf' | 'stdoutTaken' | 'stderr' | 'interactive' | 'now'
>;

export interface LogReading {
  /** Files, and `-` for stdin. */
  readonly files: readonly string[];
  /** What a line has to hold to be read at all. */
  readonly needles: readonly Needles[];
  readonly take: TakeRecord;
  /** The logs are followed as they grow until this says otherwise; without it they are read to their end. */
  readonly follow?: AbortSignal;
}

/**
 * Reads the records of logs: of `pillion serve`, as JSON or GELF, as `kubectl logs` gives them, packed with gzip, and of the API
 * server’s audit log. By time, some kilobytes at once of the log that is the farthest behind; logs that are followed, as each grows.
 * Memory does not grow with them.
 * @throws Fault PIL001 when a file cannot be opened
 */
export async function readLogs(reading: LogReading, environment: LogEnvironment): Promise<LineCounts> {
  // each once: stdin can be given only once
  const files = [...new Set(reading.files)];
  const counter = new LineCounter();
  const sizes = await Promise.all(files.map((file) => (file === '-' ? undefined : environment.sizeOf(file))));
  const total = sizes.reduce<number | undefined>(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  );
  const progress = new ReadingProgress(environment, reading.follow === undefined ? total : undefined);
  try {
    if (reading.follow === undefined)
      await readByTime(files.map((file) => readSteps(file, reading, counter, progress, environment)));
    else await followAll(files, { ...reading, follow: reading.follow }, counter, environment);
  } finally {
    progress.end();
  }
  return counter;
}

/** Reads on in the log that is the farthest behind until all have ended. */
async function readByTime(logs: readonly AsyncGenerator<number>[]): Promise<void> {
  const open = logs.map((log) => ({ log, ms: Number.NEGATIVE_INFINITY }));
  try {
    while (open.length > 0) {
      const behind = open.reduce((one, other) => (other.ms < one.ms ? other : one));
      const next = await behind.log.next();
      if (next.done) open.splice(open.indexOf(behind), 1);
      else behind.ms = next.value;
    }
  } finally {
    await Promise.all(open.map(({ log }) => log.return(undefined)));
  }
}

/** Reads on in each log as it grows. When one cannot be opened, all end. */
async function followAll(
  files: readonly string[],
  reading: LogReading & { readonly follow: AbortSignal },
  counter: LineCounter,
  environment: LogEnvironment,
): Promise<void> {
  const failed = new AbortController();
  const follow = AbortSignal.any([reading.follow, failed.signal]);
  const ended = await Promise.allSettled(
    files.map(async (file) => {
      try {
        for await (const _ of readSteps(file, { ...reading, follow }, counter, undefined, environment));
      } catch (cause) {
        failed.abort();
        throw cause;
      }
    }),
  );
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}

/** Reads a log step by step, and tells after each the time of the last record that was found. */
async function* readSteps(
  path: string,
  { needles, take, follow }: LogReading,
  counter: LineCounter,
  progress: ReadingProgress | undefined,
  environment: LogEnvironment,
): AsyncGenerator<number> {
  const file = logName(path);
  const reader = new LineReader(file, counter, needles, environment.now, take);
  const options: BlocksOptions = {
    follow,
    progress: (bytes) => progress?.add(bytes, file),
    lost: (message) => counter.addBroken({ file, line: reader.line + 1, path: '', message }),
  };
  for await (const blocks of logBlocks(path, environment, options)) {
    for (const block of blocks) reader.read(block);
    await environment.stdoutTaken();
    yield reader.lastMs;
  }
}
