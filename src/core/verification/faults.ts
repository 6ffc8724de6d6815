import { durationMs } from '../traffic/duration.ts';
import type { RequestPolicy } from '../traffic/effective-values.ts';
import { type Finding, notExercised } from './judgement.ts';

/** How long a request may be held on purpose before its timeout begins, and before any limit counts it. */
export const delayedMs = ({ fault }: RequestPolicy): number =>
  fault === 'none' || fault.delay === undefined ? 0 : durationMs(fault.delay.duration);

/** The status with which some requests are answered on purpose, without being sent or tried again; undefined where none is. */
export const abortedAs = ({ fault }: RequestPolicy): string | undefined =>
  fault === 'none' || fault.abort === undefined ? undefined : String(fault.abort.status);

/** Something that cannot be told from a failure made on purpose. */
export const hiddenByFault = (seen: string): Finding =>
  notExercised(seen, 'a fault is set, which hides it: switch it off and ask again');
