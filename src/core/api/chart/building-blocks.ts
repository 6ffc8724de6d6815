import { Type } from 'typebox';

/** No key beyond those that are described: a misspelled one is refused with its path. */
export const closed = { additionalProperties: false };

/** A group of values; whatever is left out is as its default says. */
export const group = <T extends Record<string, Parameters<typeof Type.Optional>[0]>>(
  description: string,
  properties: T,
  more: Readonly<Record<string, unknown>> = {},
) =>
  Type.Object(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)])), {
    ...closed,
    description,
    ...more,
  });

export const flag = (preset: boolean, description: string) => Type.Boolean({ default: preset, description });

export const choice = (values: readonly [string, ...string[]], description: string) =>
  Type.Enum([...values], { default: values[0], description });

export const text = (preset: string, description: string, more: object = {}) =>
  Type.String({ default: preset, description, ...more });

export const whole = (preset: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: preset, minimum, maximum, description });

/** Labels or annotations; the API server judges their keys. */
export const texts = (description: string, preset: Readonly<Record<string, string>> = {}) =>
  Type.Unsafe({ type: 'object', additionalProperties: { type: 'string' }, default: preset, description });

/** A part of a Kubernetes object that is taken over as it stands; the API server judges it. */
export const asInKubernetes = (type: 'object' | 'array', description: string) =>
  Type.Unsafe({
    type,
    ...(type === 'array' && { items: { type: 'object' } }),
    default: type === 'array' ? [] : {},
    description,
  });

/** A quantity of Kubernetes; a bare number is one as well. */
export const quantity = (preset: string | undefined, description: string) =>
  Type.Unsafe({
    type: ['string', 'number'],
    pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$',
    minimum: 0,
    ...(preset !== undefined && { default: preset }),
    description,
  });

/** A duration as Go writes it, in hours, minutes and seconds. */
export const duration = (preset: string, description: string) =>
  text(preset, description, { pattern: '^([0-9]+(h|m|s))+$' });
