/** One field that both sides were asked for. */
export interface Compared {
  /** File, proxy and field, such as smallest: clusters.v1.limits.maxRequests. */
  readonly at: string;
  readonly wanted: unknown;
  readonly carried: unknown;
}

/**
 * Every field of either side: numbers, texts and truth values, and how long lists are. What one side lacks is undefined there.
 * @param at where both stand
 */
export function compared(at: string, wanted: unknown, carried: unknown): readonly Compared[] {
  const [one, other] = [fieldsOf(wanted), fieldsOf(carried)];
  return [...new Set([...one.keys(), ...other.keys()])].map((field) => ({
    at: `${at}${field}`,
    wanted: one.get(field),
    carried: other.get(field),
  }));
}

export const isEqual = ({ wanted, carried }: Compared): boolean => wanted === carried;

function fieldsOf(value: unknown, at = ''): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[at, value]]);
  const length = Array.isArray(value) ? [[`${at}.length`, value.length] as const] : [];
  return new Map([...length, ...Object.entries(value).flatMap(([key, inner]) => [...fieldsOf(inner, `${at}.${key}`)])]);
}
