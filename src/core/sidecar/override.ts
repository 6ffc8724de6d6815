import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { SIDECAR, TOKEN_DIRECTORY } from './names.ts';
import type { Namesake } from './separate.ts';
import type { SettingOrigin, Settings } from './settings.ts';

export interface OverrideProblem {
  readonly path: string;
  readonly message: string;
}

type Amount = 'requestCpu' | 'requestMemory' | 'limitCpu' | 'limitMemory';

const AMOUNTS: ReadonlyMap<string, Amount> = new Map([
  ['requests/cpu', 'requestCpu'],
  ['requests/memory', 'requestMemory'],
  ['limits/cpu', 'limitCpu'],
  ['limits/memory', 'limitMemory'],
]);
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
  readonly problems: readonly OverrideProblem[];
} {
  const changed: Partial<Record<Amount, string>> = {};
  const origins: SettingOrigin[] = [];
  const problems: OverrideProblem[] = [];
  for (const { container, path } of overrides) {
    for (const field of Object.keys(container)
      .sort()
      .filter((key) => !ALLOWED.has(key) && !addedByServer(container, key)))
      problems.push({ path: path + pointer(field), message: `the field ${field} may not be overridden; remove it` });
    for (const [where, amount] of amountsIn(container.resources)) {
      // an API server sends text; a manifest may say 1
      const text = typeof amount === 'number' ? String(amount) : amount;
      const setting = AMOUNTS.get(where);
      const at = `${path}/resources/${where}`;
      // a LimitRange puts amounts into every container before a webhook sees it, so they prove nothing about the author
      if (container.name !== SIDECAR || setting === undefined) continue;
      if (typeof text !== 'string' || quantityValue(text) === undefined)
        problems.push({ path: at, message: `${where} is ${shown(text)}, which is not a quantity` });
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

function amountsIn(resources: unknown): [string, unknown][] {
  if (!isObject(resources)) return [];
  return sortedEntries(resources).flatMap(([kind, amounts]): [string, unknown][] =>
    isObject(amounts)
      ? sortedEntries(amounts).map(([name, value]): [string, unknown] => [`${kind}/${name}`, value])
      : amounts === null || (Array.isArray(amounts) && amounts.length === 0)
        ? []
        : [[kind, amounts]],
  );
}

const sortedEntries = (object: object): [string, unknown][] =>
  Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
