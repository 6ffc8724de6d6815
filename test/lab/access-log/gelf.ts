import { Type } from 'typebox';

/**
 * A message of GELF 1.1 as its specification has it (go2docs.graylog.org, "GELF Payload Specification"): no other field without an
 * underscore, no `_id`, and additional fields are texts or numbers.
 */
export const GELF_1_1 = Type.Object(
  {
    version: Type.Literal('1.1'),
    host: Type.String({ minLength: 1 }),
    short_message: Type.String({ minLength: 1 }),
    full_message: Type.Optional(Type.String()),
    // seconds, with the milliseconds as decimals
    timestamp: Type.Number({ minimum: 1_000_000_000, maximum: 10_000_000_000 }),
    level: Type.Integer({ minimum: 0, maximum: 7 }),
    _id: Type.Optional(Type.Never()),
  },
  {
    additionalProperties: false,
    patternProperties: { '^_[\\w.-]+$': { anyOf: [{ type: 'string' }, { type: 'number' }] } },
  },
);
