import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import type { IstioSettings } from './config-maps.ts';
import type { Finding } from './finding.ts';
import { MAPPING, type Origin, type Row } from './mapping.ts';
import { NOT_SUPPORTED, unsupportedText } from './not-supported.ts';
import { PASSED_OVER } from './passed-over.ts';

/** What one row of the mapping says. */
export interface Said {
  readonly row: Row;
  readonly value: unknown;
  /** Where it stands, as a JSON pointer into its text. */
  readonly path: string;
}

export interface ReadSettings {
  readonly said: readonly Said[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** Reads every value that the mapping names, and tells of those that nothing here knows. */
export function readSettings(settings: IstioSettings): ReadSettings {
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  const said = MAPPING.flatMap((row): Said[] => {
    const text = settings[row.origin];
    const found = lookup(text.value, row.path, row.origin);
    if (found === undefined || found.value === null)
      return row.absent === undefined ? [] : [{ row, value: row.absent, path: pointer(...row.path.split('.')) }];
    const reading = row.read(found.value, text.written(found.path));
    if (reading === undefined) return [];
    if ('accepted' in reading) {
      problems.push(text.problemAt(found.path, `is ${shown(found.value)}; accepted: ${reading.accepted}`));
      return [];
    }
    for (const { path, message } of reading.left ?? [])
      findings.push(text.problemAt(found.path + path, `${message}; it is left out`));
    return [{ row, value: reading.value, path: found.path }];
  });
  return { said, findings: [...findings, ...unsupported(settings), ...unknown(settings)], problems };
}

function unsupported(settings: IstioSettings): Finding[] {
  return NOT_SUPPORTED.flatMap((entry) => {
    const found = lookup(settings[entry.origin].value, entry.path, entry.origin);
    if (found === undefined || !entry.meant(found.value)) return [];
    return [settings[entry.origin].problemAt(found.path, unsupportedText(entry, found.value))];
  });
}

const ORIGINS: readonly Origin[] = ['config', 'values', 'mesh'];

function unknown(settings: IstioSettings): Finding[] {
  return ORIGINS.flatMap((origin) => {
    const known = [...MAPPING.filter((row) => row.origin === origin).map(({ path }) => path), ...PASSED_OVER[origin]];
    return unknownPaths(settings[origin].value, '', '', origin, known).map((path) =>
      settings[origin].problemAt(
        path,
        'is not known here, so nothing is made of it; if it shapes the sidecar, say so in the profile by hand',
      ),
    );
  });
}

/** The highest values that no known path names or leads through. */
function unknownPaths(
  value: Readonly<Record<string, unknown>>,
  path: string,
  name: string,
  origin: Origin,
  known: readonly string[],
): string[] {
  return Object.entries(value).flatMap(([key, part]) => {
    const at = path + pointer(key);
    // a key with a dot in it is none that is known
    const full = `${name}${key.includes('.') ? '?' : jsonName(key, origin)}`;
    if (known.includes(full) || saysNothing(part)) return [];
    const leadsOn = known.some((other) => other.startsWith(`${full}.`));
    return leadsOn && isObject(part) ? unknownPaths(part, at, `${full}.`, origin, known) : [at];
  });
}

const saysNothing = (value: unknown): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

/** The name of a field in the JSON form; protobuf takes the other spelling as well, in MeshConfig. */
const jsonName = (key: string, origin: Origin): string =>
  origin === 'mesh' ? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : key;

/** What stands under a path with dots, and where. */
function lookup(
  value: unknown,
  path: string,
  origin: Origin,
): { readonly value: unknown; readonly path: string } | undefined {
  let at = value;
  let place = '';
  for (const name of path.split('.')) {
    const key = isObject(at) ? Object.keys(at).find((one) => jsonName(one, origin) === name) : undefined;
    if (key === undefined || !isObject(at)) return undefined;
    at = at[key];
    place += pointer(key);
  }
  return { value: at, path: place };
}
