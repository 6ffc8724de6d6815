import { SIDECAR } from './names.ts';
import type { ActiveProfile } from './profiles/active-profile.ts';
import { partsOf, type Rendered, type Rendering, type SettingOrigin } from './rendering.ts';

/** What a profile says about a setting of its sidecars. */
export interface Preset {
  readonly setting: string;
  /** Undefined where it says nothing. */
  readonly value: string | undefined;
  /** Where in the profile. */
  readonly path: string;
  /** Other settings of a pod by which it changes as well. */
  readonly changedBy?: readonly string[];
}

/** The text of a list in a profile; undefined for one that is empty. */
export const listed = (values: readonly (string | number)[]): string | undefined => values.join(', ') || undefined;

/**
 * The settings of a rendered sidecar that somebody chose, each with who did: the profile, an annotation or a container of the pod. What
 * is known of the rendered container is told as it stands there.
 */
export function effectiveSettings({ name, presets }: ActiveProfile, rendering: Rendering): readonly SettingOrigin[] {
  const { origins } = rendering;
  const rendered = renderedValues(rendering);
  if (rendered === undefined) return origins;
  const chosen = presets.flatMap(({ setting, value: preset, path, changedBy = [] }): SettingOrigin | readonly [] => {
    const own = origins.findLast((origin) => origin.setting === setting);
    const value = rendered.has(setting) ? rendered.get(setting) : (own?.value ?? preset);
    if (value === undefined) return [];
    const changed = own ?? origins.findLast((origin) => value !== preset && changedBy.includes(origin.setting));
    if (changed !== undefined) return { setting, value, origin: changed.origin };
    return { setting, value, origin: value === preset ? `profile ${name} at ${path}` : `container ${SIDECAR}` };
  });
  const told = new Set(presets.map(({ setting }) => setting));
  return [...chosen, ...origins.filter(({ setting }) => !told.has(setting))];
}

/** What can be seen of the sidecar itself; undefined where none is rendered. */
function renderedValues({ injection, amounts }: Rendering): ReadonlyMap<string, string | undefined> | undefined {
  const isSidecar = ({ name }: Rendered) => name === SIDECAR;
  const native = partsOf(injection.initContainers).find(isSidecar);
  const sidecar = native ?? partsOf(injection.containers).find(isSidecar);
  if (sidecar === undefined) return undefined;
  return new Map([
    ['image', String(sidecar.image)],
    ['order', native === undefined ? 'Classic' : 'Native'],
    ...(['requestCpu', 'requestMemory', 'limitCpu', 'limitMemory'] as const).map(
      (amount): [string, string | undefined] => [amount, amounts[amount]],
    ),
  ]);
}
