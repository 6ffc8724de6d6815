import type { Waiver } from '../../api/traffic/waivers.ts';
import { pointer } from '../../json/pointer.ts';
import type { RuleText, Violation } from './rule.ts';

/** Told by the waivers themselves, after all other rules were asked. */
export const MESH090: RuleText = {
  code: 'MESH090',
  level: 'warning',
  waivable: false,
  sentence: 'Every waiver has an effect.',
  hint: 'Remove the waiver, or mend its rule or its end.',
  evidence:
    'A waiver that is forgotten hides the next mistake: so it ends, after a year at most, and is told when nothing needs it.',
};

const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

/** Why a waiver does not count, whatever it is about; undefined when it does. */
export function voidBecause(
  { rule, expires }: Waiver,
  excusable: ReadonlySet<string>,
  today: string,
): string | undefined {
  if (!excusable.has(rule)) return `${rule} is no rule that can be waived`;
  if (expires < today) return `it ended on ${expires}`;
  const days = (Date.parse(expires) - Date.parse(today)) / DAY_MS;
  return days <= MOST_DAYS ? undefined : `it ends on ${expires}, more than a year ahead`;
}

/** A waiver that excuses from nothing. */
export const wasted = (index: number, because: string): Violation => ({
  path: pointer('waivers', index),
  message: `has no effect: ${because}`,
});
