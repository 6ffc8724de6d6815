import type { Operation } from 'fast-json-patch';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { fieldAt } from './fields.ts';
import { ANNOTATIONS } from './names.ts';
import { hasContainerNameOfOurs, hasVolumeNameOfOurs } from './own-names.ts';
import { isOverrideImage } from './recorded-override.ts';
import type { ReadStatus } from './status.ts';
import { emptied, itemsOf, type Json, own, type Steps } from './undo-steps.ts';

const CONTAINER_LISTS = ['initContainers', 'containers'] as const;

interface Part {
  readonly list: string;
  readonly index: number;
  readonly name: string;
  readonly path: string;
  readonly message: string;
}

/** Everything that stands under our names and is no wish of the author for another shape of ours. */
export function standingParts(spec: Json): Part[] {
  return ['initContainers', 'containers', 'volumes'].flatMap((list) => {
    const kind = list === 'volumes' ? 'volume' : 'container';
    return itemsOf(spec, list).flatMap((item, index): Part[] => {
      if (!isObject(item) || typeof item.name !== 'string') return [];
      const { name } = item;
      const ours =
        kind === 'volume'
          ? hasVolumeNameOfOurs({ name })
          : hasContainerNameOfOurs({ name }) && !isOverrideImage(item.image);
      const path = pointer('spec', list, index);
      const message = `the ${kind} ${name} has a name of ours, and no readable ${ANNOTATIONS.status} says how it came there; remove it by hand if it is a sidecar`;
      return ours ? [{ list, index, name, path, message }] : [];
    });
  });
}

/** Parts under names that a profile or a pod gave them. */
const namedParts = (spec: Json, list: 'volumes' | 'imagePullSecrets', names: ReadonlySet<unknown>): Part[] =>
  itemsOf(spec, list).flatMap((item, index): Part[] => {
    if (!isObject(item) || typeof item.name !== 'string' || !names.has(item.name)) return [];
    if (list === 'volumes' && hasVolumeNameOfOurs({ name: item.name })) return [];
    return [{ list, index, name: item.name, path: pointer('spec', list, index), message: '' }];
  });

/** Puts the fields of the author’s containers back; one whose container went is gone with it. */
export function fieldUndos(spec: Json, { undo }: ReadStatus): Operation[] {
  return undo.was.fields.flatMap(({ list, container, path, value }): Operation[] => {
    const index = itemsOf(spec, list).findIndex((item) => isObject(item) && item.name === container);
    const there = index < 0 ? undefined : (itemsOf(spec, list)[index] as Json);
    const parent = there === undefined ? undefined : path.length === 1 ? there : fieldAt(there, path.slice(0, -1));
    if (there === undefined || !isObject(parent)) return [];
    const at = pointer('spec', list, index, ...path);
    const stands = fieldAt(there, path) !== undefined;
    if (value === undefined) return stands ? [{ op: 'remove', path: at }] : [];
    return [{ op: stands ? 'replace' : 'add', path: at, value }];
  });
}

/** Takes our parts out of the lists and puts back what the author had under our names. */
export function listUndos(spec: Json, { names, secrets, volumes, overrides, undo }: ReadStatus): Steps {
  const named = [...namedParts(spec, 'volumes', volumes), ...namedParts(spec, 'imagePullSecrets', secrets)];
  const parts = [...standingParts(spec), ...named];
  const standing = new Set<unknown>(parts.map(({ name }) => name));
  const lost = [...names].filter((name) => typeof name === 'string' && isOurs(name) && !standing.has(name));
  const kept = parts.filter(({ name }) => !names.has(name));
  const operations = [...CONTAINER_LISTS, 'volumes', 'imagePullSecrets'].flatMap((list): Operation[] => {
    const removed = parts.filter((part) => part.list === list && names.has(part.name)).map(({ index }) => index);
    // what another injector put there is no author’s
    const returned = overrides
      .filter(({ at, under }) => under !== true && at.startsWith(`/spec/${list}/`))
      .map(({ at, ...container }) => ({ container, index: Number(at.slice(at.lastIndexOf('/') + 1)) }))
      .toSorted((one, other) => one.index - other.index);
    const path = `/spec/${list}`;
    const stands = Array.isArray(own(spec, list));
    const left = itemsOf(spec, list).length - removed.length;
    // a list that an update has emptied is as little its author’s as a full one
    if (stands && left + returned.length === 0 && (removed.length > 0 || isInjected(path, undo)))
      return [emptied(path, [], undo)];
    if (removed.length + returned.length === 0) return [];
    if (!stands) return [{ op: 'add', path, value: returned.map(({ container }) => container) }];
    return [
      ...removed.toReversed().map((index): Operation => ({ op: 'remove', path: `${path}/${index}` })),
      ...returned.map(
        ({ container, index }, before): Operation => ({
          op: 'add',
          path: `${path}/${Math.min(index, left + before)}`,
          value: container,
        }),
      ),
    ];
  });
  return {
    operations,
    remarks: [
      ...lost.map((name) => `${ANNOTATIONS.status} names ${name}, which does not stand there`),
      ...kept.map(({ name, path }) => `${path} (${name}) is not named by ${ANNOTATIONS.status} and stays`),
    ],
  };
}

const isOurs = (name: string): boolean => hasContainerNameOfOurs({ name }) || hasVolumeNameOfOurs({ name });

const isInjected = (path: string, { created, replaced }: ReadStatus['undo']): boolean =>
  created.includes(path) || Object.hasOwn(replaced, path);
