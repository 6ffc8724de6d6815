import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { HOOK_PATHS } from '../../src/core/registration/registration.ts';
import { type Answered, type LoadSize, openLoad } from './https/load.ts';
import { startServerProcess } from './https/server-process.ts';
import { median } from './interleaved.ts';
import { ORDINARY } from './reviews.ts';
import { table, whole } from './tables.ts';

/** What a reader of records that has stopped does to answers, beside one that reads. */
export interface ReaderFigures {
  readonly reading: Answered;
  readonly stalled: Answered;
  /** Of the time within which 99 of 100 are answered: the median over the rounds. */
  readonly p99Ratio: number;
  readonly rateRatio: number;
}

/**
 * Loads two servers over loopback in turn. The records of one go into a pipe that is read, those of the other into one that nobody reads and that
 * is full, as its queue is, before anything is measured.
 */
export async function measureReaders(rounds: number, size: LoadSize): Promise<ReaderFigures> {
  const { authority, pair } = await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const folder = await mkdtemp(join(tmpdir(), 'pillion-readers-'));
  const sides = await Promise.all([true, false].map((reads) => side(folder, reads, { authority, pair }, size)));
  const [reading, stalled] = sides;
  if (reading === undefined || stalled === undefined) throw new Error('two sides are measured');
  try {
    const results: { readonly reading: Answered; readonly stalled: Answered }[] = [];
    // 16 MiB of records that wait are some 9,000
    await stalled.load.run({ ...size, requests: 12_000 });
    await reading.load.run({ ...size, requests: 12_000 });
    for (let round = 0; round < rounds; round += 1)
      results.push({ reading: await reading.load.run(size), stalled: await stalled.load.run(size) });
    return {
      reading: medians(results.map((result) => result.reading)),
      stalled: medians(results.map((result) => result.stalled)),
      p99Ratio: median(results.map((result) => result.stalled.p99Ms / result.reading.p99Ms)),
      rateRatio: median(results.map((result) => result.stalled.requestsPerSecond / result.reading.requestsPerSecond)),
    };
  } finally {
    for (const { load } of sides) load.close();
    await Promise.all(sides.map(({ stop }) => stop()));
    await rm(folder, { recursive: true });
  }
}

type Issued = Awaited<ReturnType<typeof issueSelfSigned>>;

async function side(folder: string, reads: boolean, { authority, pair }: Issued, size: LoadSize) {
  const records = join(folder, reads ? 'read' : 'stalled');
  execFileSync('sh', ['-c', 'mkfifo "$0"', records]);
  const reader = await open(records, constants.O_RDONLY | constants.O_NONBLOCK);
  const order = { certificate: pair.certificate, key: pair.key, namespaces: 1, constantAnswer: '', records };
  const server = await startServerProcess('pillion', order);
  const target = { authority, path: HOOK_PATHS.inject, body: ORDINARY.bytes };
  const load = await openLoad({ ...target, port: server.port }, size.sessions);
  const reading = reads ? setInterval(() => void emptied(reader), 2) : undefined;
  const stop = async () => {
    clearInterval(reading);
    await server.stop();
    await reader.close();
  };
  return { load, stop };
}

const buffer = Buffer.alloc(1024 * 1024);

/** Takes out what stands in a pipe. */
async function emptied(reader: FileHandle): Promise<void> {
  // EAGAIN: nothing stands there
  await reader.read(buffer, 0, buffer.length).catch(() => {});
}

const medians = (answers: readonly Answered[]): Answered => ({
  requestsPerSecond: median(answers.map(({ requestsPerSecond }) => requestsPerSecond)),
  p99Ms: median(answers.map(({ p99Ms }) => p99Ms)),
});

/** What was measured, for people. */
export const readersTable = ({ reading, stalled, p99Ratio, rateRatio }: ReaderFigures): string =>
  table(
    ['HTTPS, while records on stdout are', 'requests/s', '99 of 100 within, ms'],
    [
      ['read', whole(reading.requestsPerSecond), reading.p99Ms.toFixed(1)],
      ['not read, with a full queue', whole(stalled.requestsPerSecond), stalled.p99Ms.toFixed(1)],
      ['not read / read', rateRatio.toFixed(2), p99Ratio.toFixed(2)],
    ],
  );
