/**
 * A matcher of a label that takes exactly these values, whatever signs are in them: each is a literal within a regular expression of RE2,
 * and that is a string of PromQL (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals).
 * @param values at least one; a matcher of no value would take series that lack the label
 */
export function oneOf(label: string, values: Iterable<string>): string {
  const each = [...new Set(values)].sort();
  if (each.length === 0) throw new RangeError(`no value of ${label} to look for`);
  const [only] = each;
  if (each.length === 1 && only !== undefined) return `${label}=${quoted(only)}`;
  return `${label}=~${quoted(each.map(literal).join('|'))}`;
}

// regexp.QuoteMeta of Go, which is what RE2 takes for a literal
const literal = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');

// JSON writes control characters as \u0000, which Go, whose rules these are, reads alike
const quoted = (text: string): string => JSON.stringify(text);
