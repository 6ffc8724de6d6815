import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import type { WorkloadPod } from '../kubernetes/workload.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Hint } from './hints.ts';

/** Tells where a JSON pointer into a document leads, in words; empty where only the document itself is at hand. */
export type Place = (path: string) => string;

/**
 * The mark on a workload itself, where nobody reads it: the pods are made from the template. A mark that stands on both is no
 * mistake: the API server copies the labels of a template to a Job that has none (Kubernetes, SetDefaults_Job).
 */
export function marksOnWorkload(
  { kind, template, templatePath, workloadMetadata }: WorkloadPod,
  { spec }: ActivePolicy,
  place: Place = () => '',
): Hint[] {
  if (templatePath === '') return [];
  const { podKey } = spec.optIn;
  const onTemplate = marksIn(template.metadata, podKey).map(({ value }) => value);
  const lost = marksIn(workloadMetadata, podKey).filter(({ value }) => !onTemplate.includes(value));
  return lost.map(({ map }): Hint => {
    const from = place(pointer('metadata', map, podKey));
    const to = templatePath.slice(1).replaceAll('/', '.');
    const message = `${podKey} stands on the ${kind} itself${from}; move it to ${to}.metadata.${map}${place(templatePath)}`;
    return { code: 'marker-on-workload', message };
  });
}

const marksIn = (
  metadata: unknown,
  podKey: string,
): { readonly map: 'annotations' | 'labels'; readonly value: unknown }[] =>
  (['annotations', 'labels'] as const).flatMap((map) => {
    const standing = isObject(metadata) ? metadata[map] : undefined;
    return isObject(standing) && Object.hasOwn(standing, podKey) ? [{ map, value: standing[podKey] }] : [];
  });
