import fc from 'fast-check';
import type { Json } from '../../core-fixtures/pods.ts';

/** Names that plain objects inherit or that need escaping in a JSON pointer, and letters of other scripts. */
const ODD_KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a/b', 'a~1b', '~0', '', 'ключ', '鍵🔑'];

export const oddKey = fc.constantFrom(...ODD_KEYS);

export const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('\u0000', '\u0085', '\u2028', '🔑'.repeat(200), 'x'.repeat(600)),
);

/** Fields that no version of Pillion knows. */
export const unknownFields: fc.Arbitrary<Json> = fc
  .array(fc.tuple(fc.oneof(oddKey, fc.constantFrom('futureField', 'x-team')), fc.jsonValue({ maxDepth: 2 })), {
    maxLength: 2,
  })
  .map((entries) => Object.fromEntries(entries));

export const stringMap = (entry: fc.Arbitrary<[string, string]>, maxLength = 4): fc.Arbitrary<Record<string, string>> =>
  fc.array(entry, { maxLength }).map((entries) => Object.fromEntries(entries));

/** The value, or one of the two ways in which Go says that there is none. */
export const absentable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });

/** Only what JSON can say: no undefined, no negative zero. */
export const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));
