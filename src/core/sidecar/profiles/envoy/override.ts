import { isObject } from '../../../json/is-object.ts';
import { pointer } from '../../../json/pointer.ts';
import { quantityValue } from '../../../kubernetes/quantity.ts';
import type { Problem } from '../../../problem/problem.ts';
import { SIDECAR, TOKEN_DIRECTORY } from '../../names.ts';
import type { Amounts, SettingOrigin } from '../../rendering.ts';
import type { Namesake } from '../../separate.ts';
import type { Settings } from './settings.ts';

type Amount = keyof Amounts;

/** The amounts that count. A LimitRange puts others into every container before a webhook sees it, so they prove nothing. */
const AMOUNTS: readonly { readonly kind: 'requests' | 'limits'; readonly name: string; readonly setting: Amount }[] = [
  { kind: 'limits', name: 'cpu', setting: 'limitCpu' },
  { kind: 'limits', name: 'memory', setting: 'limitMemory' },
  { kind: 'requests', name: 'cpu', setting: 'requestCpu' },
  { kind: 'requests', name: 'memory', setting: 'requestMemory' },
];
const ALLOWED = new Set(['name', 'image', 'resources']);
// the API server writes these defaults into every container before a webhook sees it
const DEFAULTED = new Set(['terminationMessagePath', 'terminationMessagePolicy', 'imagePullPolicy']);

/**
 * What an author may set by a container of his own under the name of the sidecar: its amounts of CPU and memory.
 * Anything else could take the sidecar out of the traffic’s way or give it rights, so it is a problem.
 */
export function applyOverrides(
  overrides: readonly Namesake[],
  settings: Settings,
): {
  readonly settings: Settings;
  readonly origins: readonly SettingOrigin[];
  readonly problems: readonly Problem[];
} {
  const changed: Partial<Record<Amount, string>> = {};
  const origins: SettingOrigin[] = [];
  const problems: Problem[] = [];
  for (const { container, path } of overrides) {
    for (const field of Object.keys(container)
      .sort()
      .filter((key) => !ALLOWED.has(key) && !addedByServer(container, key)))
      problems.push({ path: path + pointer(field), message: `the field ${field} may not be overridden; remove it` });
    if (container.name !== SIDECAR) continue;
    for (const { kind, name, setting } of AMOUNTS) {
      const amounts: unknown = container.resources?.[kind];
      if (!isObject(amounts) || !Object.hasOwn(amounts, name)) continue;
      const amount = amounts[name];
      // an API server sends text; a manifest may say 1
      const text = typeof amount === 'number' ? String(amount) : amount;
      const where = `${kind}/${name}`;
      if (typeof text !== 'string' || quantityValue(text) === undefined)
        problems.push({
          path: `${path}/resources/${where}`,
          message: `${where} is ${shown(text)}, which is not a quantity`,
        });
      else {
        changed[setting] = text;
        origins.push({ setting, origin: `container ${container.name}`, value: text });
      }
    }
  }
  if (overrides.length === 0) return { settings, origins, problems };
  return { settings: { ...settings, ...changed }, origins, problems };
}

// a token is mounted and empty resources are written whether or not the author said so
const addedByServer = ({ volumeMounts }: Namesake['container'], field: string): boolean =>
  DEFAULTED.has(field) ||
  (field === 'volumeMounts' && (volumeMounts ?? []).every(({ mountPath }) => mountPath === TOKEN_DIRECTORY));

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : typeof value);
