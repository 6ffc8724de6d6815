import { goDurationMs } from '../kubernetes/go-duration.ts';

/** A duration as it is written in traffic values: `900ms`, `3s`, `1m30s`. Always text, so that nobody has to guess the unit. */
export type Duration = `${number}${string}`;

// whole numbers from the greatest unit to the least, each of the later ones below its own limit, and never nothing at all: Envoy
// and Istio take 0s for "no limit", which is said by the word none here. Without look-ahead, which Helm’s schema validator lacks
const BELOW_SECOND = '([0-9]{1,3}ms)?';
const BELOW_MINUTE = `([1-5]?[0-9]s)?${BELOW_SECOND}`;
const BELOW_HOUR = `([1-5]?[0-9]m)?${BELOW_MINUTE}`;
const FORM = [
  `[1-9][0-9]?h${BELOW_HOUR}`,
  `[1-9][0-9]{0,3}m${BELOW_MINUTE}`,
  `[1-9][0-9]{0,4}s${BELOW_SECOND}`,
  '[1-9][0-9]{0,6}ms',
].join('|');

export const DURATION_PATTERN = `^(${FORM})$`;
export const DURATION_OR_NONE_PATTERN = `^(none|${FORM})$`;
export const DURATION_TITLE = 'a duration such as 900ms, 3s or 1m30s';

const duration = new RegExp(DURATION_PATTERN);

/**
 * Milliseconds of a duration.
 * @throws Error for a text that the schema of the traffic values does not accept
 */
export function durationMs(text: Duration): number {
  const milliseconds = duration.test(text) ? goDurationMs(text) : undefined;
  if (milliseconds === undefined) throw new Error(`${text} is not ${DURATION_TITLE}`);
  return milliseconds;
}
