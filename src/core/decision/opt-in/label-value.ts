import { nearest } from '../nearest.ts';

const YES: ReadonlySet<string> = new Set(['true', 'yes', 'y', 'on', '1', 'enable', 'inject', 'istio']);
const NO: ReadonlySet<string> = new Set(['false', 'no', 'n', 'off', '0', 'disable']);

/** Whether a word says yes in any of the usual ways. */
export const saysYes = (word: string): boolean => YES.has(word.toLowerCase());

/**
 * The value of the opt-in label that a wrong one was probably meant to be.
 * @returns undefined when it resembles neither
 */
export function meantLabelValue(
  value: string,
  { enabled, disabled }: { readonly enabled: string; readonly disabled: string },
): string | undefined {
  if (saysYes(value)) return enabled;
  if (NO.has(value.toLowerCase())) return disabled;
  return nearest(value, [enabled, disabled]);
}
