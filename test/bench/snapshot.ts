import type { Snapshot } from '../../src/core/admission/snapshot.ts';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy.generated.ts';
import { NAMESPACE } from './reviews.ts';

/** The built-in policy over `count` namespaces, all of them enabled. */
export function benchSnapshot(count: number): Snapshot {
  const sources = [
    { file: 'built-in profile envoy', text: ENVOY_PROFILE },
    { file: 'built-in policy default', text: DEFAULT_POLICY },
  ];
  const loaded = loadPolicy(sources, 'pillion-system');
  if ('problems' in loaded) throw new Error('the built-in policy cannot be loaded');
  const names = [NAMESPACE, ...Array.from({ length: count - 1 }, (_, index) => `squad-${index}`)];
  const namespaces = new Map(names.map((name) => [name, { name, labels: { 'istio-injection': 'enabled' } }]));
  return { policy: loaded.active, namespaces };
}
