import { expect } from '@jest/globals';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { plainJson } from '../../src/core/json/plain.ts';

/** What is answered, as whoever asks reads it, once it has the shape that the API says. */
export function validAnswer<T>(schema: TSchema, answer: T): T {
  const sent = plainJson(answer) as T;
  expect(Value.Errors(schema, sent)).toEqual([]);
  return sent;
}
