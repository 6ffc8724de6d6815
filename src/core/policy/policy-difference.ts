import type { SidecarProfile } from '../api/sidecar-profile.ts';
import { differences, type ItemKey } from '../json/differences.ts';
import { isObject } from '../json/is-object.ts';
import type { ActivePolicy } from './active-policy.ts';

/** A policy as it counts, with every profile that it could name. */
export interface WholePolicy {
  readonly policy: ActivePolicy;
  readonly profiles: readonly SidecarProfile[];
}

/** A setting that two policies or their profiles have otherwise; a side that has none is undefined. */
export interface SettingDifference {
  /** Such as `SidecarProfile envoy`. */
  readonly object: string;
  /** JSON pointer into the object. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs in what counts: with what was left out, and with the profiles that the policies name. */
export function policyDifference(before: WholePolicy, after: WholePolicy): SettingDifference[] {
  const names = [...new Set([...namedBy(before), ...namedBy(after)])];
  return [
    ...between('InjectionPolicy', effective(before), effective(after)),
    ...names.flatMap((name) => between(`SidecarProfile ${name}`, specOf(before, name), specOf(after, name))),
  ];
}

const between = (object: string, before: unknown, after: unknown): SettingDifference[] =>
  differences(before, after, byKey).map((difference) => ({ object, ...difference }));

// the company’s defaults stand in the policy, or those that Pillion brings count
const effective = ({ policy: { name, spec, trafficDefaults } }: WholePolicy) => ({
  metadata: { name },
  spec: { ...spec, traffic: { ...spec.traffic, defaults: trafficDefaults } },
});

const namedBy = ({ policy }: WholePolicy): string[] => policy.spec.profiles.map(({ name }) => name);

function specOf(whole: WholePolicy, name: string): unknown {
  if (!namedBy(whole).includes(name)) return undefined;
  const spec = whole.profiles.find(({ metadata }) => metadata.name === name)?.spec;
  return spec && { spec };
}

/** The order of overrides and of requirements says nothing; that of profiles does. */
const byKey: ItemKey = (item) => (isObject(item) && typeof item.key === 'string' ? item.key : undefined);
