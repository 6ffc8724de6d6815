import { constants, createWriteStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * A stream to a file descriptor, which stays open, or to the end of a file. A pipe that is full makes nobody wait but the stream itself. (What
 * waits in a thread, as a write to a full socket does, waits in the kernel; and a process that ends waits for its threads.)
 * @throws Error when nobody reads the pipe any more
 */
export function writableTo(destination: number | string): Writable {
  if (typeof destination === 'string') return createWriteStream(destination, { flags: 'a' });
  const own = fstatSync(destination).isFIFO() ? ownEndOf(destination) : undefined;
  return own === undefined
    ? createWriteStream('', { fd: destination, autoClose: false })
    : new Socket({ fd: own, readable: false, writable: true });
}

/**
 * Opens the pipe once more: whether writing waits belongs to what was opened, which programs share that inherited it, such as a shell.
 * @returns undefined where that is not possible: the pipe belongs to another user, or there is no /proc
 */
function ownEndOf(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw error;
    return undefined;
  }
}
