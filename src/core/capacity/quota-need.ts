import { type FitObject, specOf } from '../compatibility/fit-object.ts';
import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { boundedBy, countsEveryPod } from '../kubernetes/resource-quota.ts';
import type { Amounts } from './amounts.ts';
import { type At, each, type Moment } from './moments.ts';

/** One bound of a quota, and what the pods of its namespace need of it. */
export interface QuotaNeed {
  readonly namespace: string;
  readonly quota: string;
  /** Such as `limits.memory`. */
  readonly resource: string;
  readonly hard: number;
  readonly needed: At<number>;
  /** How much is missing at each moment; 0 where it fits. */
  readonly lacking: At<number>;
  /** Where the figure of today is from. */
  readonly used: 'status of the quota' | 'the workloads';
}

/** An amount without what adding binary fractions leaves, as of 0.1 and 0.2: the finest that Kubernetes writes are billionths. */
const exact = (amount: number): number => Number(amount.toFixed(9));

/**
 * What quotas need. Where the quota says what is in use, sidecars to come are added to it; otherwise all pods are counted.
 * @param total of all pods of the namespace, at each moment
 * @param added by sidecars since now
 */
export function quotaNeeds(quota: FitObject, total: At<Amounts>, added: At<Amounts>): readonly QuotaNeed[] {
  if (!countsEveryPod(specOf(quota))) return [];
  return Object.entries(fieldsOf(specOf(quota).hard)).flatMap(([key, said]): QuotaNeed[] => {
    const counted = boundedBy(key);
    const hard = quantityValue(asText(said));
    if (counted === undefined || hard === undefined) return [];
    const { bound, resource } = counted;
    if (resource !== 'cpu' && resource !== 'memory') return [];
    const inUse = fieldsOf(fieldsOf(quota.value.status).used);
    const used = Object.hasOwn(inUse, key) ? quantityValue(asText(inUse[key])) : undefined;
    const neededAt = (moment: Moment) =>
      exact(used === undefined ? total[moment][bound][resource] : used + added[moment][bound][resource]);
    return [
      {
        namespace: quota.namespace,
        quota: quota.name,
        resource: key,
        hard,
        needed: each(neededAt),
        lacking: each((moment) => Math.max(0, exact(neededAt(moment) - hard))),
        used: used === undefined ? 'the workloads' : 'status of the quota',
      },
    ];
  });
}
