import type { IstioProfile } from '../../../api/istio-profile.ts';
import { type Labels, ownValue } from '../../../kubernetes/pod.ts';

type Resources = IstioProfile['spec']['resources'];
type Bound = keyof Resources;

const ANNOTATIONS: readonly (readonly [Bound, string, string])[] = [
  ['requests', 'cpu', 'sidecar.istio.io/proxyCPU'],
  ['requests', 'memory', 'sidecar.istio.io/proxyMemory'],
  ['limits', 'cpu', 'sidecar.istio.io/proxyCPULimit'],
  ['limits', 'memory', 'sidecar.istio.io/proxyMemoryLimit'],
];

/** The resources of a container as it has them: without bounds that have no amounts. */
export type WrittenResources = Partial<Record<Bound, Readonly<Record<string, string>>>>;

/**
 * The resources of the proxy. An annotation replaces its own amount and no other; with compatibility Istio one annotation makes
 * all amounts of the profile vanish (istio#17974).
 */
export function proxyResources(preset: Resources, annotations: Labels, asIstio: boolean): WrittenResources {
  const asked = ANNOTATIONS.flatMap(([bound, name, key]) => {
    const amount = ownValue(annotations, key);
    return amount === undefined ? [] : [{ bound, name, amount }];
  });
  if (asked.length === 0) return written(preset);
  const amounts = (bound: Bound) => ({
    ...(asIstio ? {} : preset[bound]),
    ...Object.fromEntries(asked.filter((one) => one.bound === bound).map(({ name, amount }) => [name, amount])),
  });
  return written({ requests: amounts('requests'), limits: amounts('limits') });
}

/** The resources without bounds that are empty. */
export const written = ({ requests, limits }: Resources): WrittenResources => ({
  ...(Object.keys(limits).length === 0 ? {} : { limits }),
  ...(Object.keys(requests).length === 0 ? {} : { requests }),
});
