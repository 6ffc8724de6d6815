import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import {
  DURATION_OR_NONE_PATTERN,
  DURATION_PATTERN,
  DURATION_TITLE,
  type Duration as DurationText,
} from '../../traffic/duration.ts';

const closed = { additionalProperties: false };

/** The word that switches a feature off. */
export const NONE = 'none';
export type None = typeof NONE;

/** Fields of which each may be left out, unless it is made necessary; no other keys. */
export const group = <T extends TProperties>(description: string, properties: T, more: object = {}) =>
  Type.Object(properties, { ...closed, description, ...more });

/** A group that can be switched off as a whole by the word none. */
export const feature = <T extends TProperties>(description: string, properties: T, more: object = {}) =>
  Type.Unsafe<None | Static<TObject<T>>>({
    ...group(description, properties),
    // not anyOf: a mistake within the group would be told as two, the second being that the group is not the word
    type: ['object', 'string'],
    pattern: `^${NONE}$`,
    title: 'none, or a group of fields',
    ...more,
  });

/** The title tells, in words, what is accepted where a pattern cannot. */
export const text = (title: string, pattern: string, description: string, maxLength = 253) =>
  Type.String({ title, pattern, description, maxLength });

export const Duration = (description: string) =>
  Type.Unsafe<DurationText>({ type: 'string', title: DURATION_TITLE, pattern: DURATION_PATTERN, description });

export const DurationOrNone = (description: string) =>
  Type.Unsafe<DurationText | None>({
    type: 'string',
    title: `none, or ${DURATION_TITLE}`,
    pattern: DURATION_OR_NONE_PATTERN,
    description,
  });

export const Count = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

/** A number that can be switched off for itself, so that a later layer can take back what an earlier one said. */
export const CountOrNone = (minimum: number, maximum: number, description: string) =>
  Type.Unsafe<number | None>({
    type: ['integer', 'string'],
    minimum,
    maximum,
    pattern: `^${NONE}$`,
    title: `none, or a whole number from ${minimum} to ${maximum}`,
    description,
  });

/** A share of requests; parts of one per cent are fine. */
export const Percent = (description: string) => Type.Number({ minimum: 0, maximum: 100, description });

export const list = <T extends TSchema>(items: T, maxItems: number, description: string, more: object = {}) =>
  Type.Array(items, { maxItems, description, ...more });

/** What names of Kubernetes consist of. */
export const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';

export const ServiceName = (description: string) =>
  text('the name of a Service, such as catalog', '^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$', description);

export const Version = (description: string) =>
  text('a version such as v1, in small letters, digits and -', `^${LABEL}$`, description);

/** A Service of the same namespace or of another one. */
export const ServiceReference = (description: string) =>
  text('a Service such as inventory or pricing/quotes (namespace/name)', `^(${LABEL}/)?${LABEL}$`, description);

export const HostName = (description: string) =>
  text(
    'a host name such as shop.example.com or *.example.com, in small letters',
    `^(\\*\\.)?${LABEL}(\\.${LABEL})+$`,
    description,
  );

/** For a group of which exactly one field is given. */
export const exactlyOneOf = (...fields: readonly string[]) => ({
  minProperties: 1,
  maxProperties: 1,
  title: `one of ${fields.join(', ')}`,
});
