import { hash } from 'node:crypto';
import { isObject } from './is-object.ts';

/** JSON text with sorted keys and no white space: equal values give equal text, whatever order their keys came in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    isObject(nested)
      ? Object.fromEntries(
          Object.keys(nested)
            .sort()
            .map((key) => [key, nested[key]]),
        )
      : nested,
  );
}

/** The first 16 hexadecimal digits of a text's SHA-256: enough to tell revisions apart, short enough to read out. */
export const digest = (text: string | Buffer): string => hash('sha256', text, 'hex').slice(0, 16);
