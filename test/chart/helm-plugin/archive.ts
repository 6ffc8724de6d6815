import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** A tar archive, compressed, with any names at all: tools that make archives refuse some. The format: POSIX.1-2001, pax, ustar. */
export function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => [headerOf(name, text.length), padded(text)]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  // the sum counts its own field as blanks
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function padded(text: string): Buffer {
  const content = Buffer.alloc(Math.ceil(text.length / BLOCK) * BLOCK);
  content.write(text);
  return content;
}
