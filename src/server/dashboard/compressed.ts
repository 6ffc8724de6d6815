import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';

// below this one packet takes it anyway
const LEAST_BYTES = 1_400;
// of an answer: a page of 500 workloads becomes 9 of 143 KB in half a millisecond; by level 6 it would be 6, in twice the time
const FAST = 1;

const gzipped = promisify(gzip);

/**
 * Something in fewer bytes, made beside the thread that answers reviews; undefined where it is small already. Answers hold no secret beside what
 * others choose, and no other site can have them asked for, so their length tells nothing (breachattack.com).
 */
export const compressed = async (plain: Buffer, level = FAST): Promise<Buffer | undefined> =>
  plain.length < LEAST_BYTES ? undefined : await gzipped(plain, { level });

/** Whether somebody who sends this as Accept-Encoding wants gzip. */
export const isGzipWanted = (accepted: unknown): boolean =>
  typeof accepted === 'string' && negotiate(accepted, ['gzip', 'identity']) === 'gzip';
