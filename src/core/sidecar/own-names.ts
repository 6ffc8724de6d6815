import { OVERRIDABLE } from './names.ts';
import { VOLUMES as ENVOY_VOLUMES } from './profiles/envoy/names.ts';
import { OWN_VOLUMES as ISTIO_VOLUMES } from './profiles/istio/names.ts';

interface Named {
  readonly name?: string | null;
}

const VOLUMES: ReadonlySet<string> = new Set([...Object.values(ENVOY_VOLUMES), ...ISTIO_VOLUMES]);

/** Whether a container has a name that some profile gives to one of ours. */
export const hasContainerNameOfOurs = ({ name }: Named): boolean => OVERRIDABLE.has(name ?? '');

/** Whether a volume has a name that some profile gives to one of ours. */
export const hasVolumeNameOfOurs = ({ name }: Named): boolean => VOLUMES.has(name ?? '');
