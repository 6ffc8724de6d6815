import type { Template } from '../api/istio-profile.ts';
import { asText } from '../json/as-text.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { shown } from '../policy/read-object.ts';
import { quoted } from '../problem/quoted.ts';
import { OWN_CONTAINERS } from '../sidecar/profiles/istio/names.ts';
import type { LeftOut } from './readers.ts';

type Json = Readonly<Record<string, unknown>>;

/** A template as structure, and what of it cannot be said so. */
export interface TemplatePatch {
  readonly template: Template;
  readonly left: readonly LeftOut[];
}

/** What a pod that is written as a template says, as a template of a profile. */
export function templatePatch(name: string, pod: Json): TemplatePatch {
  const left: LeftOut[] = [];
  const metadata = mapAt(pod, 'metadata', left);
  const spec = mapAt(pod, 'spec', left);
  refuseOthers(pod, ['apiVersion', 'kind', 'metadata', 'spec'], '', left);
  refuseOthers(metadata, ['labels', 'annotations'], '/metadata', left);
  refuseOthers(spec, ['containers', 'initContainers', 'volumes'], '/spec', left);
  const containers = new Map<string, Json>();
  for (const list of ['initContainers', 'containers'] as const)
    for (const [path, container] of itemsAt(spec, list, left)) addContainer(containers, container, path, left);
  const volumes = itemsAt(spec, 'volumes', left).flatMap(
    ([path, volume]) => (withoutDirectives(volume, path, left) ?? []) as Json[],
  );
  return {
    template: {
      name,
      containers: Object.fromEntries(containers),
      volumes: volumes as Template['volumes'],
      labels: textsAt(metadata, 'labels', left),
      annotations: textsAt(metadata, 'annotations', left),
    },
    left,
  };
}

function addContainer(containers: Map<string, Json>, container: Json, path: string, left: LeftOut[]): void {
  const { name, ...given } = container;
  const key = asText(name);
  const fields = (withoutDirectives(given, path, left) ?? {}) as Json;
  // whichever list it stands in, so that the two places of one container become one
  const before = containers.get(key);
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(fields))
    left.push({ path, message: `is another change of the container ${quoted(key)}; write both as one` });
  if (!OWN_CONTAINERS.has(key) && key !== '*' && Object.hasOwn(fields, 'image'))
    left.push({
      path,
      message: `would be added to a pod that has no container ${quoted(key)}, which a profile does not do; write the container into the pod templates`,
    });
  containers.set(key, { ...before, ...fields });
}

/** A value without the maps that have directives of a strategic merge patch, which a profile has none of. */
function withoutDirectives(value: unknown, path: string, left: LeftOut[]): unknown {
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => withoutDirectives(item, path + pointer(index), left) ?? []);
  if (!isObject(value)) return value;
  const directive = Object.keys(value).find((key) => key.startsWith('$'));
  if (directive !== undefined) {
    left.push({
      path: path + pointer(directive),
      message: 'is a directive of strategic merge, which a profile has none of; write the whole value',
    });
    return undefined;
  }
  const entries = Object.entries(value).map(([key, part]) => [key, withoutDirectives(part, path + pointer(key), left)]);
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}

function refuseOthers(value: Json, known: readonly string[], path: string, left: LeftOut[]): void {
  for (const key of Object.keys(value))
    if (!known.includes(key))
      left.push({
        path: path + pointer(key),
        message:
          'is no part of a template of a profile, which has containers, volumes, labels and annotations; write it into the pod templates',
      });
}

function mapAt(value: Json, key: string, left: LeftOut[], path = ''): Json {
  const part = Object.hasOwn(value, key) ? (value[key] ?? {}) : {};
  if (isObject(part)) return part;
  left.push({ path: path + pointer(key), message: `is ${shown(part)}; accepted: a map` });
  return {};
}

function itemsAt(spec: Json, key: string, left: LeftOut[]): [path: string, item: Json][] {
  const list = Object.hasOwn(spec, key) ? (spec[key] ?? []) : [];
  if (!Array.isArray(list)) {
    left.push({ path: pointer('spec', key), message: `is ${shown(list)}; accepted: a list` });
    return [];
  }
  return list.flatMap((item, index): [string, Json][] => {
    const path = pointer('spec', key, index);
    if (isObject(item) && typeof item.name === 'string') return [[path, item]];
    left.push({ path, message: `is ${shown(item)}; accepted: a map with a name` });
    return [];
  });
}

function textsAt(metadata: Json, key: string, left: LeftOut[]): Record<string, string> {
  const texts = Object.entries(mapAt(metadata, key, left, '/metadata'));
  return Object.fromEntries(
    texts.flatMap(([name, text]): [string, string][] => {
      if (typeof text === 'string') return [[name, text]];
      left.push({ path: pointer('metadata', key, name), message: `is ${shown(text)}; accepted: a text` });
      return [];
    }),
  );
}
