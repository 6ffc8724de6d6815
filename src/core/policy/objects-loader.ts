import { isoDay } from '../json/iso-time.ts';
import { Fault } from '../problem/faults.ts';
import { BUILT_IN } from './built-in-sources.ts';
import { loadPolicy } from './load.ts';
import { type LoadedObjects, loadPolicyObjects, type ObjectSource } from './policy-objects.ts';

/** What makes a policy of the objects of a cluster, beside what Pillion brings. */
export function objectsLoader(
  ownNamespace: string,
  now: () => Date,
): (objects: readonly ObjectSource[]) => LoadedObjects {
  const circumstances = () => ({ ownNamespace, today: isoDay(now()) });
  const builtIn = loadPolicy(BUILT_IN, circumstances());
  if ('problems' in builtIn) throw new Fault('PIL002', builtIn.problems);
  return (objects) => loadPolicyObjects(objects, builtIn, circumstances());
}
