import { type Injection, type List, partsOf } from '../../rendering.ts';

/** The value of sidecar.istio.io/status, by which istioctl, Kiali and the CNI plugin know an injected pod. */
export function istioStatus(injection: Pick<Injection, List>, containers: readonly string[], revision: string): string {
  const names = (list: List, more: readonly string[] = []) => {
    const all = [...partsOf(injection[list]).map(({ name }) => name), ...more];
    return all.length === 0 ? null : all;
  };
  return JSON.stringify({
    initContainers: names('initContainers'),
    containers: names('containers', containers),
    volumes: names('volumes'),
    imagePullSecrets: names('imagePullSecrets'),
    revision: revision || 'default',
  });
}
