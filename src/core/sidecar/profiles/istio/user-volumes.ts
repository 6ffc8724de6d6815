import { isObject } from '../../../json/is-object.ts';
import { parsedJson } from '../../../json/parsed.ts';
import type { Rendered } from '../../rendering.ts';

export interface UserMount {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** The volumes of sidecar.istio.io/userVolume, sorted by name; undefined when the text is no JSON object of objects. */
export const userVolumes = (text: string): readonly Rendered[] | undefined => named(text);

/** The mounts of sidecar.istio.io/userVolumeMount; undefined when one of them has no mountPath. */
export function userVolumeMounts(text: string): readonly UserMount[] | undefined {
  const mounts = named(text);
  return mounts?.every(({ mountPath }) => typeof mountPath === 'string') === true ? mounts : undefined;
}

function named(text: string): readonly Rendered[] | undefined {
  const value = parsedJson(text);
  if (!isObject(value)) return undefined;
  const entries = Object.keys(value)
    .sort()
    .map((name) => [name, value[name]] as const);
  if (!entries.every((entry): entry is [string, Record<string, unknown>] => isObject(entry[1]))) return undefined;
  return entries.map(([name, fields]) => ({ ...fields, name }));
}
