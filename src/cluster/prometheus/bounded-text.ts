import type { IncomingMessage } from 'node:http';

// the answer for 5,000 sidecars is about 1 MiB
const MOST_BYTES = 32 * 2 ** 20;

/** A body was longer than it may be. */
export class TooLong extends Error {}

/**
 * The body as text.
 * @throws TooLong beyond 32 MiB, of which no more is taken
 */
export async function boundedText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new TooLong(`it is longer than ${MOST_BYTES / 2 ** 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
