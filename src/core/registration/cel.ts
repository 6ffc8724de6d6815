import { type LabelRequirement, type LabelSelector, requirementsOf } from '../kubernetes/label-selector.ts';

/**
 * Expressions in the API server’s language CEL. This file is the only writer of CEL text; every value in it goes through
 * `literal`. A map that may be absent is asked for with `has` first: an expression that fails refuses pods that never asked.
 */

/** A string as a CEL literal: CEL takes the escapes of JSON. */
const literal = (text: string): string => JSON.stringify(text);

export const all = (...terms: readonly string[]): string => joined(' && ', terms);
export const any = (...terms: readonly string[]): string => joined(' || ', terms);
export const not = (term: string): string => `!(${term})`;

function joined(operator: string, terms: readonly string[]): string {
  if (terms.length === 0) throw new Error('a CEL expression was made of no terms; please report it');
  return terms.length === 1 ? String(terms[0]) : terms.map((term) => `(${term})`).join(operator);
}

type StringMap = 'object.metadata.labels' | 'object.metadata.annotations' | 'object.spec.nodeSelector';

export const hasKey = (map: StringMap, key: string): string => all(`has(${map})`, `${literal(key)} in ${map}`);

export const keyIs = (map: StringMap, key: string, value: string): string =>
  all(hasKey(map, key), `${map}[${literal(key)}] == ${literal(value)}`);

/** A label selector on the pod’s own labels. */
export const labelsMatch = (selector: LabelSelector): string => all(...requirementsOf(selector).map(requirement));

function requirement(wanted: LabelRequirement): string {
  const labels = 'object.metadata.labels';
  switch (wanted.operator) {
    case 'Exists':
      return hasKey(labels, wanted.key);
    case 'DoesNotExist':
      return not(hasKey(labels, wanted.key));
    case 'In':
      return any(...wanted.values.map((value) => keyIs(labels, wanted.key, value)));
    case 'NotIn':
      return not(any(...wanted.values.map((value) => keyIs(labels, wanted.key, value))));
  }
}
