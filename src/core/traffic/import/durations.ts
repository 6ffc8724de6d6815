import { goDurationMs } from '../../kubernetes/go-duration.ts';
import { DURATION_PATTERN, DURATION_TITLE, type Duration } from '../duration.ts';
import type { Fields } from './fields.ts';

const accepted = new RegExp(DURATION_PATTERN);

/** A duration of Istio’s; none for one of zero, by which Istio means that there is none. */
export function durationAt(fields: Fields, key: string): Duration | 'none' | undefined {
  const text = fields.text(key);
  if (text === undefined) return undefined;
  if (accepted.test(text)) return text as Duration;
  const ms = goDurationMs(text);
  if (ms === 0) return 'none';
  const written = ms === undefined ? '' : inUnits(ms);
  if (accepted.test(written)) return written as Duration;
  fields.leave(key, `is ${JSON.stringify(text)}; accepted: ${DURATION_TITLE}`);
  return undefined;
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** From the greatest unit to the least; what is left below a millisecond makes no duration. */
function inUnits(ms: number): string {
  let left = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return left === 0 ? text : '';
}
