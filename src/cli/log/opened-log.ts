import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;

// by the first bytes, not by name: stdin has none. RFC 1952; Unicode, section 23.8
const GZIP = Buffer.from([0x1f, 0x8b]);
const UTF_8 = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * The text of a log as bytes, in pieces that are good until the next one is asked for: unpacked when it is gzip, of however many
 * members, and without a byte order mark.
 * @throws Error for UTF-16, and after the pieces before it, where packed data are damaged
 */
export async function* openedLog(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = bytes[Symbol.asyncIterator]();
  const { beginning, isWhole } = await beginningOf(pieces);
  const all = whole(beginning, isWhole ? undefined : pieces);
  if (startsWith(beginning, GZIP)) yield* unpacked(all);
  else if (UTF_16.some((mark) => startsWith(beginning, mark))) {
    await pieces.return?.();
    throw new Error('is UTF-16 text; convert it first, for example with iconv -f UTF-16 -t UTF-8');
  } else
    yield* startsWith(beginning, UTF_8) ? whole(beginning.subarray(UTF_8.length), isWhole ? undefined : pieces) : all;
}

const startsWith = (bytes: Buffer, mark: Buffer): boolean => bytes.subarray(0, mark.length).equals(mark);

/** As much as tells what it is; a piece may have a single byte, or none. */
async function beginningOf(pieces: AsyncIterator<Buffer>) {
  let beginning: Buffer = Buffer.alloc(0);
  while (beginning.length < UTF_8.length) {
    const next = await pieces.next();
    if (next.done) return { beginning, isWhole: true };
    beginning = Buffer.concat([beginning, next.value]);
  }
  return { beginning, isWhole: false };
}

async function* whole(beginning: Buffer, rest: AsyncIterator<Buffer> | undefined): AsyncGenerator<Buffer> {
  yield beginning;
  if (rest !== undefined) yield* { [Symbol.asyncIterator]: () => rest };
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // what is cut off is unpacked as far as it goes; its last line will tell
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
  pipeline(Readable.from(copied(packed)), gunzip, () => {});
  yield* gunzip;
}

// unpacked in the background, while the next piece is read
async function* copied(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) if (piece.length > 0) yield Buffer.from(piece);
}
