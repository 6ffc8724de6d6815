import { open } from 'node:fs/promises';

// no document of more than 8 Mi characters is read (core/yaml/documents.ts), which are at most this many bytes of UTF-8; a file that
// grows without end, or is a device, must not take the memory of a server that follows it
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The whole text of a file.
 * @throws Error when it cannot be read, is longer than any text that is accepted, or is not UTF-8
 */
export async function readTextFile(path: string): Promise<string> {
  const file = await open(path);
  return textOf(file.createReadStream(), MAX_BYTES);
}

/**
 * The whole text of a stream, with every sign that it has: a byte order mark as well.
 * @throws Error when it has more bytes, or other bytes than UTF-8, which would be lost when the text is written again
 */
export async function textOf(stream: AsyncIterable<Buffer>, mostBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`has more than ${mostBytes} bytes; split it into several files`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new Error('is not UTF-8 text; convert it first, for example with iconv -t UTF-8', { cause });
  }
}
