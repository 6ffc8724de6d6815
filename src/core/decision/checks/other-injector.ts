import { allContainersOf, annotationsOf, ownValue } from '../../kubernetes/pod.ts';
import type { Check } from '../subject.ts';

export const FOREIGN_SIDECARS: ReadonlySet<string> = new Set(['linkerd-proxy', 'kuma-sidecar', 'consul-dataplane']);
export const ISTIO_STATUS = 'sidecar.istio.io/status';

/** Has another mesh put its proxy on this pod? Told by the container that stands there, never by a request for one. */
export const otherInjector: Check<'other-injector'> = ({ pod, separated }) => {
  const foreign = allContainersOf(pod).some(({ name }) => FOREIGN_SIDECARS.has(name));
  // Istio’s own injector uses our container names and leaves its status
  const istios = separated.impersonators.length > 0 && ownValue(annotationsOf(pod), ISTIO_STATUS) !== undefined;
  return foreign || istios ? { reason: 'other-injector', rule: '' } : undefined;
};
