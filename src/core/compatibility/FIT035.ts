import { fieldsOf } from '../json/fields-of.ts';
import type { FitCheck } from './fit-check.ts';
import { type FitObject, itemsOf, type Json, specOf } from './fit-object.ts';

export const FIT035: FitCheck = {
  code: 'FIT035',
  severity: 'incompatible',
  title: 'NetworkPolicies let the sidecar reach its control plane.',
  remedy: 'Allow egress to the control plane’s port in a NetworkPolicy that selects the pods.',
  why: 'A sidecar that does not reach its control plane gets no configuration, and its pod never becomes ready. Only ports are looked at, not addresses.',
  holds: 'profiles of kind Istio',
  from: 'the documentation of NetworkPolicy; the network of the tests enforces none',
  sightings: ({ subject, around }) => {
    const { controlPlane } = subject.profile.traits;
    const bounding = around.networkPolicies.filter(boundsEgress);
    const [first] = bounding;
    if (controlPlane === undefined || first === undefined) return [];
    const { port } = controlPlane;
    const rules = bounding.flatMap((policy) => itemsOf(specOf(policy).egress));
    if (rules.some((rule) => allows(rule, port))) return [];
    return [
      {
        object: first,
        path: '/spec',
        message: `no egress rule that holds for the pods allows port ${port}, that of ${controlPlane.host}`,
      },
    ];
  },
};

// as the API server fills policyTypes in
const boundsEgress = (policy: FitObject): boolean => {
  const { policyTypes, egress } = specOf(policy);
  return Array.isArray(policyTypes) ? policyTypes.includes('Egress') : itemsOf(egress).length > 0;
};

function allows(rule: Json, port: number): boolean {
  const ports = itemsOf(rule.ports);
  if (ports.length === 0) return true;
  return ports.some((allowed) => {
    const { protocol = 'TCP', port: from, endPort: to } = fieldsOf(allowed);
    if (protocol !== 'TCP') return false;
    // a name may be that of any port
    if (typeof from !== 'number') return true;
    return typeof to === 'number' ? from <= port && port <= to : from === port;
  });
}
