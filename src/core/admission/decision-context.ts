import { isoDay } from '../json/iso-time.ts';
import type { ManifestObject } from '../kubernetes/manifest-objects.ts';
import { OfflineNamespaces } from '../namespaces/offline-namespaces.ts';
import type { PolicySet } from '../policy/active-policy.ts';
import type { Problem } from '../problem/problem.ts';
import { readServices } from '../traffic/read-services.ts';
import type { ExplainContext } from './decided-workloads.ts';

/** What is said of objects beside themselves. */
export interface ObjectDefaults {
  /** For those that name none. */
  readonly namespace: string;
  /** `[NAMESPACE:]KEY=VALUE` */
  readonly namespaceLabel?: string[];
}

/** What decisions about objects are made under, with what their Services say and is not accepted. */
export interface OfflineContext {
  readonly context: ExplainContext;
  readonly problems: readonly Problem[];
}

/**
 * What decisions about objects outside of a webhook are made under: a policy that was read, and the namespaces and Services among the objects.
 * @param beside Namespaces that are known already; those among the objects hide them
 * @throws Fault PIL003 for flags that cannot be read
 */
export function contextUnder(
  { active: policy, shadows }: PolicySet,
  objects: readonly ManifestObject[],
  { namespace, namespaceLabel = [] }: ObjectDefaults,
  now: Date,
  beside: readonly object[] = [],
): OfflineContext {
  const namespaces = new OfflineNamespaces([...beside, ...objects.map(({ value }) => value)], namespaceLabel);
  const { services, problems } = readServices(objects, namespace, {
    company: policy.trafficDefaults,
    today: isoDay(now),
  });
  return { context: { policy, shadows, namespaces, services, defaultNamespace: namespace, now }, problems };
}
