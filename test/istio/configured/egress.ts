import type { EffectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { type Compared, compared } from './comparison.ts';
import type { Sent } from './discovery.ts';
import { hostOf } from './wanted/routes.ts';

/**
 * Whom a pod knows that says whom it calls: those, and what is in Istio’s own namespace, and nobody else.
 * @param always the hosts there
 */
export function comparedEgress(
  namespace: string,
  { dependsOn }: EffectiveValues,
  always: readonly string[],
  { clusters }: Sent,
): readonly Compared[] {
  const called = dependsOn.map((reference) => {
    const [name = '', where = namespace] = reference.split('/').reverse();
    return hostOf(name, where);
  });
  const known = clusters.flatMap(({ name }) => (name.startsWith('outbound|') ? [name.split('|').at(-1)] : []));
  return compared('egress', [...new Set([...called, ...always])].sort(), [...new Set(known)].sort());
}
