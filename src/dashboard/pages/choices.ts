/** A page of a list that may say which values its filters can have. */
interface Choosable {
  readonly items: readonly object[];
  readonly choices?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The values that are offered for filters: those that the server names, and those in the rows that were ever shown here, so that a filter
 * that is set does not take the others away.
 */
export function choicesOf(page: Choosable | undefined, keys: readonly string[]): (key: string) => Iterable<string> {
  for (const key of keys) {
    const values = seen.get(key) ?? new Set<string>();
    for (const value of page?.choices?.[key] ?? []) values.add(value);
    for (const row of page?.items ?? []) {
      const value = (row as Readonly<Record<string, unknown>>)[key];
      if (typeof value === 'string' && values.size < MOST_OFFERED) values.add(value);
    }
    seen.set(key, values);
  }
  return (key) => seen.get(key) ?? [];
}

const MOST_OFFERED = 500;
const seen = new Map<string, Set<string>>();
