import { type TSchema, Type } from 'typebox';
import { InjectionPolicy } from '../injection-policy.ts';
import { PROFILE_SCHEMAS } from '../sidecar-profile.ts';
import { closed } from './building-blocks.ts';

const PROFILE_NAME = Type.String({ pattern: '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$' });

/** The spec of an InjectionPolicy as its author writes it. */
export const policy = Type.Unsafe({
  ...(asWritten(InjectionPolicy.properties.spec) as object),
  default: {},
  description:
    'The spec of the InjectionPolicy default, which the chart makes. What is left out is as in the built-in policy. Empty: none is made, and the built-in one decides, or one that you apply yourself. Changes take effect without a restart.',
});

/** The specs of SidecarProfiles by name. */
export const profiles = Type.Record(PROFILE_NAME, Type.Unsafe(specByKind()), {
  ...closed,
  default: {},
  description:
    'SidecarProfiles that the chart makes beside the built-in ones, envoy and istio, each as NAME: SPEC. What is left out is as in the built-in one of that kind; one of the same name takes its place. policy.profiles says which pods get which.',
});

// a choice by kind and not among alternatives, so that a refusal names the place and not that no alternative fits
function specByKind(): object {
  const { Envoy, Istio } = PROFILE_SCHEMAS;
  return {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: Object.keys(PROFILE_SCHEMAS) } },
    if: { properties: { kind: { const: 'Istio' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: asWritten(Istio.properties.spec),
    else: asWritten(Envoy.properties.spec),
  };
}

/** The schema without the demand for keys that have a default, at every level: what a document is before the defaults are filled in. */
function asWritten(schema: TSchema): unknown {
  return withoutDemands(JSON.parse(JSON.stringify(schema)));
}

function withoutDemands(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDemands);
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutDemands(part)]));
  const { properties, required, ...others } = mapped as {
    properties?: Record<string, object>;
    required?: string[];
  };
  if (properties === undefined || !Array.isArray(required)) return mapped;
  const demanded = required.filter((key) => !Object.hasOwn(properties[key] ?? {}, 'default'));
  return { ...others, properties, ...(demanded.length > 0 && { required: demanded }) };
}
