import { canonicalJson } from '../../../json/canonical.ts';
import { parsedJson } from '../../../json/parsed.ts';
import { pointer } from '../../../json/pointer.ts';
import { annotationsOf, type Container, ownValue, type Pod } from '../../../kubernetes/pod.ts';
import { REDIRECT, SIDECAR, VALIDATION } from '../../names.ts';
import type { RenderInput } from '../../rendering.ts';
import type { Namesake } from '../../separate.ts';
import { ANNOTATIONS } from './names.ts';
import type { ChosenTemplates } from './templates.ts';

/** The author’s containers that a template speaks of, which Istio counts as its own. */
export const namedContainers = ({ spec }: Pod, { patches }: ChosenTemplates): string[] =>
  spec.containers
    .map(({ name }) => name)
    .filter((name) =>
      patches.some(({ containers }) => Object.hasOwn(containers, '*') || Object.hasOwn(containers, name)),
    );

/**
 * The annotation by which Istio knows the author’s word when it injects again: his containers that Istio’s templates speak of, under
 * the lists that they end up in. One that says the same in another order stays as it is.
 */
export function overridesAnnotation(
  { pod, original, overrides, standing }: RenderInput,
  native: boolean,
  templates: ChosenTemplates,
): Readonly<Record<string, string>> {
  const named = new Set(namedContainers(original, templates));
  const authors = original.spec.containers.flatMap((container, index) =>
    named.has(container.name) ? [{ container, path: pointer('spec', 'containers', index) }] : [],
  );
  const all = [...overrides, ...authors];
  if (standing.length > 0 || all.length === 0) return {};
  const value = overridesOf(all, native);
  const there = ownValue(annotationsOf(pod), ANNOTATIONS.overrides);
  const stays = there !== undefined && canonicalJson(parsedJson(there)) === canonicalJson(value);
  return { [ANNOTATIONS.overrides]: stays ? there : JSON.stringify(value) };
}

const OURS = [REDIRECT, VALIDATION, SIDECAR];

function overridesOf(overrides: readonly Namesake[], native: boolean): object {
  const isInit = ({ name }: Container) => (name === SIDECAR ? native : OURS.includes(name));
  const stored = overrides
    .map(({ container }) => withoutAuto(container))
    .sort((one, other) => OURS.indexOf(one.name) - OURS.indexOf(other.name));
  const containers = stored.filter((container) => !isInit(container));
  const initContainers = stored.filter(isInit);
  return {
    ...(containers.length === 0 ? {} : { containers }),
    ...(initContainers.length === 0 ? {} : { initContainers }),
  };
}

// in the order in which the API server sends the fields
const withoutAuto = (container: Container): Container =>
  Object.fromEntries(
    Object.entries(container).filter(([key, value]) => key !== 'image' || (value && value !== 'auto')),
  ) as Container;
