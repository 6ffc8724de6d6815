import type { Template } from '../../../api/istio-profile.ts';
import { sortedKeys } from '../../../json/sorted-keys.ts';
import type { Pod } from '../../../kubernetes/pod.ts';
import { withField } from '../../fields.ts';
import type { ContainerChange } from '../../rendering.ts';
import { stands } from '../../stands.ts';
import { mergedContainer } from './strategic-merge.ts';

type Json = Readonly<Record<string, unknown>>;

/** A pod with what templates say about the author’s containers. */
export interface TemplatedPod {
  readonly pod: Pod;
  readonly changes: readonly ContainerChange[];
}

/**
 * What templates change in the author’s containers. His own word counts: a template adds to his lists and fills in what he left out.
 */
export function templatedPod(original: Pod, patches: readonly Template[]): TemplatedPod {
  const changes = changesOf(original, patches);
  return { pod: changes.length === 0 ? original : withChanges(original, changes), changes };
}

function changesOf(original: Pod, patches: readonly Template[]): readonly ContainerChange[] {
  if (patches.length === 0) return [];
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    (original.spec[list] ?? []).flatMap((container, index) => {
      const own: Json = container;
      const made = patches.reduce<Json>((under, { containers }) => {
        const named = Object.hasOwn(containers, container.name) ? containers[container.name] : undefined;
        const fields = named ?? (list === 'containers' && Object.hasOwn(containers, '*') ? containers['*'] : undefined);
        return fields === undefined ? under : mergedContainer(mergedContainer(under, fields), own);
      }, own);
      return Object.keys(made)
        .filter((key) => made[key] !== own[key] && !(Object.hasOwn(own, key) && stands(made[key], own[key])))
        .map((key): ContainerChange => ({ list, index, path: [key], value: sortedKeys(made[key]) }));
    }),
  );
}

function withChanges(pod: Pod, changes: readonly ContainerChange[]): Pod {
  const changed = (list: 'initContainers' | 'containers') =>
    (pod.spec[list] ?? []).map((container, index) =>
      changes
        .filter((change) => change.list === list && change.index === index)
        .reduce((made, { path, value }) => withField(made, path, value), container),
    );
  return {
    ...pod,
    spec: { ...pod.spec, containers: changed('containers'), initContainers: changed('initContainers') },
  };
}
