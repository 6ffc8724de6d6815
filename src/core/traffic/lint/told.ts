import { valueAt } from '../../json/pointer.ts';
import type { Effective } from '../effective-values.ts';
import type { Judged } from './rule.ts';

/** A value for a message, with who chose it where that was not the team: `timeout 3s (tier critical)`. */
export function told({ values, origins }: Effective, path: string): string {
  const value = valueAt(values, path);
  const name = path.split('/').at(-1);
  const origin = origins.get(path);
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? 'missing');
  return `${name} ${text}${origin === undefined || origin === 'project' ? '' : ` (${origin})`}`;
}

/** The first of these places that the team wrote itself, so that it is shown what it can mend; else the first. */
export function ownPlace({ origins }: Judged, first: string, ...others: readonly string[]): string {
  return [first, ...others].find((path) => origins.get(path) === 'project') ?? first;
}
