import { filledIn, type Limit } from '../kubernetes/limit-range.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { boundedBy, countsEveryPod } from '../kubernetes/resource-quota.ts';
import { amountsOf, type SidecarContainer, sumOf } from './sidecar-containers.ts';

/** A ResourceQuota, as far as it bounds what sidecars take. */
export interface ResourceQuota {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: unknown;
  };
  readonly status?: { readonly used?: Readonly<Record<string, string>> };
}

/** One bound of a quota, and what of it a sidecar takes. */
export interface QuotaRoom {
  readonly quota: string;
  /** Such as `limits.memory`. */
  readonly resource: string;
  readonly hard: string;
  readonly used: string;
  /** How many sidecars have room in all, and still. */
  readonly most: number;
  readonly left: number;
}

/**
 * Containers without an amount that a quota wants of each: the API server refuses their pods.
 * @param limits the entries of the LimitRanges of the namespace, which give what containers leave out
 */
export const withoutAmount = (
  { spec }: ResourceQuota,
  containers: readonly SidecarContainer[],
  limits: readonly Limit[] = [],
): readonly { readonly container: string; readonly resource: string }[] =>
  Object.keys(spec.hard ?? {}).flatMap((key) => {
    const counted = boundedBy(key);
    if (counted === undefined) return [];
    return containers
      .filter((each) => filledIn(amountsOf(each), limits)(counted.bound, counted.resource) === undefined)
      .map(({ name }) => ({ container: name, resource: key }));
  });

/**
 * How many sidecars each bound of a quota has room for. One that is of certain pods only says nothing about all.
 * @param limits the entries of the LimitRanges of the namespace
 */
export function roomIn(
  { metadata, spec, status }: ResourceQuota,
  containers: readonly SidecarContainer[],
  limits: readonly Limit[] = [],
): readonly QuotaRoom[] {
  if (!countsEveryPod({ ...spec })) return [];
  return Object.entries(spec.hard ?? {}).flatMap(([resource, hard]) => {
    const counted = boundedBy(resource);
    const each = counted === undefined ? 0 : sumOf(containers, counted.bound, counted.resource, limits);
    const whole = quantityValue(hard);
    if (each === 0 || whole === undefined) return [];
    const used = status?.used?.[resource] ?? '0';
    const fits = (room: number) => Math.max(0, Math.floor(room / each));
    const left = fits(whole - (quantityValue(used) ?? 0));
    return [{ quota: metadata.name, resource, hard, used, most: fits(whole), left }];
  });
}
