import type { Snapshot } from '../../src/core/admission/snapshot.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';
import { NAMESPACE } from './reviews.ts';

/** A policy, unless told the built-in one, over `count` namespaces, all of them enabled. */
export function benchSnapshot(count: number, policy: Snapshot['policy'] = BUILT_IN): Snapshot {
  const names = [NAMESPACE, ...Array.from({ length: count - 1 }, (_, index) => `squad-${index}`)];
  const namespaces = new Map(names.map((name) => [name, { name, labels: { 'istio-injection': 'enabled' } }]));
  return { policy, namespaces };
}
