import type { HeaderMatch, Match } from '../../api/traffic/matching.ts';
import type { EnvoyMessage } from '../types.ts';

/**
 * Lets Envoy take regular expressions of more than 100 instructions of RE2, above which it refuses the whole configuration. What is
 * accepted had at most 4,822 in Envoy 1.40 (test/traffic/any-expression.test.ts); the limit is Istio’s.
 */
export const LONG_EXPRESSIONS: EnvoyMessage = {
  name: 'long-expressions',
  static_layer: { 're2.max_program_size.error_level': 32_768 },
};

/** One condition of traffic values as Envoy’s; without one every request. */
export function requestMatch(match: Match | undefined): EnvoyMessage {
  const { path = {}, headers = {}, methods } = match ?? {};
  const conditions = [
    ...Object.entries(headers).map(([name, value]) => headerMatch(name, value)),
    ...(methods === undefined ? [] : [methodMatch(methods)]),
  ];
  return { ...pathMatch(path), ...(conditions.length === 0 ? {} : { headers: conditions }) };
}

/** The same condition for requests with one of these methods alone. */
export function ofMethods(match: EnvoyMessage, methods: readonly string[]): EnvoyMessage {
  const { headers = [] } = match as { readonly headers?: readonly EnvoyMessage[] };
  return { ...match, headers: [...headers, methodMatch(methods)] };
}

function pathMatch({ exact, prefix, regex }: NonNullable<Match['path']>): EnvoyMessage {
  if (exact !== undefined) return { path: exact };
  if (regex !== undefined) return { safe_regex: { regex } };
  return { prefix: prefix ?? '/' };
}

function headerMatch(name: string, wanted: HeaderMatch): EnvoyMessage {
  if (typeof wanted === 'string') return { name, string_match: { exact: wanted } };
  const { exact, prefix, regex } = wanted;
  if (exact !== undefined) return { name, string_match: { exact } };
  // Envoy refuses an empty prefix, with which every value begins
  if (prefix) return { name, string_match: { prefix } };
  if (regex !== undefined) return { name, string_match: { safe_regex: { regex } } };
  return { name, present_match: true };
}

const methodMatch = (methods: readonly string[]): EnvoyMessage => ({
  name: ':method',
  string_match: { safe_regex: { regex: methods.join('|') } },
});
