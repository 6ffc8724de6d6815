import type { None } from '../api/traffic/building-blocks.ts';
import { type Duration, durationMs } from '../traffic/duration.ts';
import { NO_TIMEOUT } from './inert.ts';

/** A duration as Envoy writes it, in seconds. */
export const seconds = (duration: Duration): string => secondsOf(durationMs(duration));

/** The same of milliseconds. */
export const secondsOf = (milliseconds: number): string => `${milliseconds / 1000}s`;

export const secondsOrNone = (duration: Duration | None): string =>
  duration === 'none' ? NO_TIMEOUT : seconds(duration);
