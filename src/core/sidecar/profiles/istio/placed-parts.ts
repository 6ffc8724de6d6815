import type { List, Parts, Rendered } from '../../rendering.ts';
import { NO_PARTS } from '../../rendering.ts';
import type { Effective } from './effective.ts';
import type { SidecarContainers } from './sidecar-containers.ts';

/** Where the parts go (Istio reference, chapter 3.1). */
export function placedParts(
  { spec, native, holds }: Effective,
  sidecar: SidecarContainers | undefined,
  podVolumes: readonly Rendered[],
): Readonly<Record<List, Parts>> {
  const secrets = spec.images.pullSecrets.map((name) => ({ name }));
  const common = { volumes: { first: podVolumes, last: [] } };
  if (sidecar === undefined)
    return { ...common, initContainers: NO_PARTS, containers: NO_PARTS, imagePullSecrets: NO_PARTS };
  const { proxy, redirect } = sidecar;
  const rules = redirect === undefined ? [] : [redirect];
  // the check of the CNI plugin’s work stands in front, so that nothing runs when it fails; rules of our own come last in
  // Classic order, since no proxy runs beside the author’s init containers
  const last = !native && spec.capture !== 'Cni';
  return {
    ...common,
    initContainers: last ? { first: [], last: rules } : { first: native ? [...rules, proxy] : rules, last: [] },
    containers: native ? NO_PARTS : holds ? { first: [proxy], last: [] } : { first: [], last: [proxy] },
    imagePullSecrets: { first: secrets, last: [] },
  };
}
