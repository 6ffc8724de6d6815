import { type FileHandle, open, stat } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

// every log that is given is open at the same time
const CHUNK_BYTES = 256 * 1024;
// as tail does, more often than a person looks
const LOOK_AGAIN_MS = 250;
const LINE_FEED = 0x0a;
const LINE_BREAK = Buffer.from([LINE_FEED]);

/**
 * The bytes of a file, in pieces that are good until the next one is asked for.
 * @throws Error when it cannot be read
 */
export async function* bytesOfFile(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    yield* piecesOf(file, 0);
  } finally {
    await file.close();
  }
}

/**
 * The bytes of a file and what is written to it later, until the signal: also when it is rotated, by another file under its name or by
 * making it empty.
 * @throws Error when it cannot be opened at first
 */
export async function* bytesOfGrowingFile(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  let file = await open(path);
  try {
    let position = 0;
    let last = LINE_FEED;
    const read = async function* () {
      for await (const piece of piecesOf(file, position)) {
        position += piece.length;
        last = piece.at(-1) ?? last;
        yield piece;
      }
    };
    while (!signal.aborted) {
      yield* read();
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      const [named, opened] = [await stat(path).catch(() => undefined), await file.stat()];
      const isReplaced = named !== undefined && (named.ino !== opened.ino || named.dev !== opened.dev);
      if (!isReplaced && opened.size >= position) continue;
      if (isReplaced) {
        // what was still written under the old name
        yield* read();
        const next = await open(path).catch(() => undefined);
        if (next === undefined) continue;
        await file.close();
        file = next;
      }
      // half a line does not go on in another file
      if (last !== LINE_FEED) yield LINE_BREAK;
      position = 0;
      last = LINE_FEED;
    }
    // what came since the last look, also where there was none yet
    yield* read();
  } finally {
    await file.close();
  }
}

async function* piecesOf(file: FileHandle, from: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  // a pipe or a device has no positions
  const isFile = (await file.stat()).isFile();
  for (let position = from; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, isFile ? position : null);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** How long a file is; undefined for what is none. */
export async function sizeOfFile(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? stats.size : undefined;
}

/** The bytes of stdin, until it ends or the signal comes. */
export async function* bytesOfStdin(stdin: NodeJS.ReadStream, signal?: AbortSignal): AsyncGenerator<Buffer> {
  if (signal !== undefined) addAbortSignal(signal, stdin);
  try {
    yield* stdin as AsyncIterable<Buffer>;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
