import { asText } from '../json/as-text.ts';
import { isObject } from '../json/is-object.ts';

/** What a value says: something, nothing, or something that is not accepted. */
export type Reading =
  | { readonly value: unknown; readonly left?: readonly LeftOut[] }
  | { readonly accepted: string }
  | undefined;

/** A part of a value that a profile cannot express; `path` leads to it from the value. */
export interface LeftOut {
  readonly path: string;
  readonly message: string;
}

/** @param written a scalar as it is written */
export type Reader = (value: unknown, written: string | undefined) => Reading;

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** A text. Helm makes numbers of texts that look like one. */
export const text: Reader = (value, written) =>
  isScalar(value) ? { value: typeof value === 'string' ? value : (written ?? String(value)) } : { accepted: 'a text' };

/** A text that says nothing when it is empty. */
export const word: Reader = (value, written) => (value === '' ? undefined : text(value, written));

export const flag: Reader = (value) => {
  if (value === '') return undefined;
  const said = asText(value);
  return isScalar(value) && (said === 'true' || said === 'false')
    ? { value: said === 'true' }
    : { accepted: 'true or false' };
};

export const count: Reader = (value) => {
  if (value === '') return undefined;
  return isScalar(value) && /^\d{1,10}$/.test(String(value))
    ? { value: Number(value) }
    : { accepted: 'a whole number that is not negative' };
};

export const choice =
  (words: Readonly<Record<string, string>>): Reader =>
  (value) => {
    if (value === '') return undefined;
    return typeof value === 'string' && Object.hasOwn(words, value)
      ? { value: words[value] }
      : { accepted: Object.keys(words).join(', ') };
  };

/** A word of its own that switches something on; others say nothing. */
export const isWord =
  (wanted: string): Reader =>
  (value) =>
    value === wanted ? { value: true } : undefined;

export const texts: Reader = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? { value } : { accepted: 'a list of texts' };

/** Texts by name. */
export const textMap: Reader = (value) =>
  isObject(value) && Object.values(value).every(isScalar)
    ? { value: Object.fromEntries(Object.entries(value).map(([key, said]) => [key, String(said)])) }
    : { accepted: 'a map of texts' };

/** Amounts by name; one that is null counts as none. */
export const amounts: Reader = (value) => {
  if (!isObject(value)) return { accepted: 'a map of quantities' };
  const said = Object.entries(value).filter(([, amount]) => amount !== null);
  return said.every(([, amount]) => isScalar(amount))
    ? { value: Object.fromEntries(said.map(([name, amount]) => [name, String(amount)])) }
    : { accepted: 'a map of quantities' };
};

/** An object that is taken as it stands; an empty one says nothing. */
export const object: Reader = (value) => {
  if (!isObject(value)) return { accepted: 'a map' };
  return Object.keys(value).length === 0 ? undefined : { value };
};

/** Whether one of the tracing providers wants resource attributes of OpenTelemetry. */
export const otelConventions: Reader = (value) =>
  Array.isArray(value)
    ? {
        value: value.some(
          (provider) =>
            isObject(provider) &&
            isObject(provider.opentelemetry) &&
            (provider.opentelemetry.serviceAttributeEnrichment ??
              provider.opentelemetry.service_attribute_enrichment) === 'OTEL_SEMANTIC_CONVENTIONS',
        ),
      }
    : { accepted: 'a list of providers' };

/** A value without what a JSON pointer leads to; within a list, without the whole list. */
export function withoutPart(value: unknown, parts: readonly string[]): unknown {
  const [key, ...rest] = parts;
  if (key === undefined || !isObject(value) || !Object.hasOwn(value, key)) return undefined;
  const inner = rest.length === 0 ? undefined : withoutPart(value[key], rest);
  const entries = Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
    if (name !== key) return [[name, part]];
    return inner === undefined ? [] : [[name, inner]];
  });
  return Object.fromEntries(entries);
}
