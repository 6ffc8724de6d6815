import type { Preset } from '../effective-settings.ts';
import type { Amounts } from '../rendering.ts';

const PLACES = [
  ['requestCpu', 'requests', 'cpu'],
  ['requestMemory', 'requests', 'memory'],
  ['limitCpu', 'limits', 'cpu'],
  ['limitMemory', 'limits', 'memory'],
] as const satisfies readonly (readonly [keyof Amounts, string, string])[];

type Bound = Readonly<Partial<Record<'cpu' | 'memory', string>>>;

/**
 * The amounts of a sidecar as a profile has them.
 * @param path to them in the profile
 */
export const amountPresets = (
  resources: { readonly requests: Bound; readonly limits: Bound },
  path: string,
): readonly Preset[] =>
  PLACES.map(([setting, bound, name]) => ({
    setting,
    value: resources[bound][name],
    path: `${path}/${bound}/${name}`,
  }));
