import { type Installed, type Right, rightsOf } from '../../../src/cluster/rights.ts';
import { NAMESPACE } from '../helm-runs.ts';
import type { Request } from './server-audit.ts';

/** One right as one line: `Own leases.coordination.k8s.io update`. */
export function grantedRights(installed: Installed): string[] {
  const lines = rightsOf(installed).flatMap(({ scope, apiGroup, resources, verbs }: Right) =>
    resources.flatMap((resource) => verbs.map((verb) => lineOf(scope, apiGroup, resource, verb))),
  );
  return [...new Set(lines)].sort();
}

/** The rights without which these requests had been denied, in the same lines. */
export function usedRights(requests: readonly Request[]): string[] {
  const lines = requests.flatMap(({ objectRef, verb, responseStatus }) => {
    // what everybody may read: /version and the like
    if (objectRef === undefined) return [];
    const { apiGroup = '', resource: plural, subresource, namespace } = objectRef;
    // a right names a status as such
    const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
    // the name of a namespace is also told as the namespace of the request
    const scope = resource !== 'namespaces' && namespace === NAMESPACE ? 'Own' : 'Cluster';
    // an apply that makes the object needs both rights, and is one request
    const verbs = verb === 'patch' && responseStatus?.code === 201 ? ['create', 'patch'] : [verb];
    return verbs.map((one) => lineOf(scope, apiGroup, resource, one));
  });
  return [...new Set(lines)].sort();
}

const lineOf = (scope: Right['scope'], apiGroup: string, resource: string, verb: string) =>
  `${scope} ${[resource, apiGroup].filter((part) => part !== '').join('.')} ${verb}`;
