import type { IstioProfile, Template } from '../../../api/istio-profile.ts';
import { pointer } from '../../../json/pointer.ts';
import { type Labels, ownValue } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import type { Rendered } from '../../rendering.ts';
import { UNSUPPORTED_TEMPLATES } from './annotations.ts';
import { ANNOTATIONS } from './names.ts';
import { mergedContainer } from './strategic-merge.ts';

/** The template that renders the sidecar. */
export const SIDECAR_TEMPLATE = 'sidecar';
const KEY = ANNOTATIONS.templates;

/** What a pod asks for. */
export interface ChosenTemplates {
  readonly withSidecar: boolean;
  readonly patches: readonly Template[];
  /** The labels and annotations that they write. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly problems: readonly Problem[];
}

const SIDECAR_ALONE: ChosenTemplates = {
  withSidecar: true,
  patches: [],
  labels: {},
  annotations: {},
  problems: [],
};

/** The templates that a pod names, or those of the profile. A name that is given twice counts once. */
export function chosenTemplates(
  { templates, defaultTemplates }: IstioProfile['spec'],
  annotations: Labels,
): ChosenTemplates {
  const said = ownValue(annotations, KEY);
  if (said === undefined && templates.length === 0) return SIDECAR_ALONE;
  const names = said === undefined ? defaultTemplates : said.split(',').map((name) => name.trim());
  const wanted = [...new Set(names)].filter((name) => name !== SIDECAR_TEMPLATE);
  const patches = wanted.flatMap((name) => templates.find((template) => template.name === name) ?? []);
  const known = [SIDECAR_TEMPLATE, ...templates.map(({ name }) => name)].join(', ');
  const problems = wanted
    .filter((name) => !templates.some((template) => template.name === name))
    .map((name) => {
      const unsupported = UNSUPPORTED_TEMPLATES.get(name);
      const reason = unsupported === undefined ? '' : ` (${unsupported})`;
      return {
        path: pointer('metadata', 'annotations', KEY),
        message: `${KEY} names ${quoted(name)}${reason}; accepted: ${known}`,
      };
    });
  const labels: Labels = Object.assign({}, ...patches.map((template) => template.labels));
  const written: Labels = Object.assign({}, ...patches.map((template) => template.annotations));
  return { withSidecar: names.includes(SIDECAR_TEMPLATE), patches, labels, annotations: written, problems };
}

/** One of our containers with what the templates say about it. */
export const patchedContainer = (container: Rendered, patches: readonly Template[]): Rendered =>
  patches.reduce((made, { containers }) => {
    const fields = Object.hasOwn(containers, container.name) ? containers[container.name] : undefined;
    return fields === undefined ? made : (mergedContainer(made, fields) as Rendered);
  }, container);

/** The volumes with those of the templates; one of the same name has another source. */
export function patchedVolumes(volumes: readonly Rendered[], patches: readonly Template[]): readonly Rendered[] {
  const added = patches.flatMap((template) => template.volumes as readonly Rendered[]);
  if (added.length === 0) return volumes;
  const byName = new Map([...volumes, ...added].map((volume) => [volume.name, volume]));
  return [...byName.values()];
}
