import { Fault } from '../../core/problem/faults.ts';
import type { Environment } from '../environment.ts';
import { type LineBlock, LineBlocks } from './line-blocks.ts';
import { openedLog } from './opened-log.ts';

// some tens of records: of so many logs of replicas at once fewer run ahead than `audit` holds of pods
const STEP_BYTES = 64 * 1024;

export interface BlocksOptions {
  /** The log is followed until this. */
  readonly follow?: AbortSignal | undefined;
  /** Is told how many bytes more were read, packed as they are. */
  readonly progress?: (bytes: number) => void;
  /** Is told why the rest of the log is lost. */
  readonly lost: (message: string) => void;
}

/** What messages call a log. */
export const logName = (path: string): string => (path === '-' ? 'stdin' : path);

/**
 * The lines of a log of any kind, some kilobytes at once, which are good until the next ones are asked for.
 * @throws Fault PIL001 when it cannot be opened
 */
export async function* logBlocks(
  path: string,
  { readBytes }: Pick<Environment, 'readBytes'>,
  { follow, progress, lost }: BlocksOptions,
): AsyncGenerator<readonly LineBlock[]> {
  const blocks = new LineBlocks();
  let isOpen = false;
  const told = async function* () {
    for await (const piece of readBytes(path, follow)) {
      isOpen = true;
      progress?.(piece.length);
      yield piece;
    }
    isOpen = true;
  };
  try {
    for await (const piece of openedLog(told()))
      for (let at = 0; at < piece.length; at += STEP_BYTES) yield blocks.push(piece.subarray(at, at + STEP_BYTES));
  } catch (cause) {
    const { message } = cause as Error;
    if (!isOpen) throw new Fault('PIL001', [{ file: logName(path), path: '', message }], cause);
    lost(`cannot be read any further: ${message}`);
  }
  yield blocks.end();
}
