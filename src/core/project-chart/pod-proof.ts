import { fieldsOf } from '../json/fields-of.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { podOfWorkload, type WorkloadPod } from '../kubernetes/workload.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { lackingMetadata, type WantedEntries } from './lacking-metadata.ts';

/** An object that Helm rendered, and the template that made it, as Helm names it: CHART/templates/FILE. */
export interface RenderedObject {
  readonly value: unknown;
  readonly template: string;
}

/** What the pods of a service need of the mesh. */
export interface PodMetadata {
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** The same, with the dotted paths at which the values of the project’s chart have it. */
export interface WantedMetadata extends PodMetadata {
  readonly annotationsAt: string;
  readonly labelsAt: string;
  /** What the Service itself needs, where the project lets the values give it. */
  readonly service?: { readonly annotations: Readonly<Record<string, string>>; readonly annotationsAt: string };
}

/**
 * Judges whether the pods of a service carry what the mesh needs of them.
 *
 * Whose pods they are is what Kubernetes itself says: those that the Service of this name selects. Where no Service does, they are those of
 * every workload that the project’s own templates make; what a chart in its charts/ makes belongs to somebody else.
 * @returns nothing when all is well; else for each workload what is wrong, and the lines that its template lacks
 */
export function podProblems(
  objects: readonly RenderedObject[],
  service: string,
  wanted: WantedMetadata,
): readonly Problem[] {
  const workloads = objects.flatMap(({ value, template }) => {
    const workload = podOfWorkload(value);
    return workload === undefined ? [] : [{ workload, template }];
  });
  const selectors = objects.flatMap(({ value }) => selectorOf(value, service));
  const selected = workloads.filter(({ workload }) => selectors.some((selector) => selects(selector, workload)));
  const own = workloads.filter(({ template }) => !isOfSubchart(template));
  const judged = selected.length > 0 ? selected : own;
  if (judged.length === 0) return [nobodysPods(service)];
  const ofPods: readonly WantedEntries[] = [
    { field: 'annotations', entries: wanted.annotations, valuesAt: wanted.annotationsAt },
    { field: 'labels', entries: wanted.labels, valuesAt: wanted.labelsAt },
  ];
  const pods = judged.map(({ workload: { kind, name, template: carrier, templatePath: at }, template }) => ({
    template,
    name: `${kind} ${name}`,
    carrier,
    at,
  }));
  return [
    ...pods.flatMap((pod) => ofPods.flatMap((entries) => lackingMetadata(pod, entries))),
    ...ofService(objects, service, wanted),
  ];
}

function ofService(objects: readonly RenderedObject[], service: string, wanted: WantedMetadata): readonly Problem[] {
  if (wanted.service === undefined) return [];
  const { annotations: entries, annotationsAt: valuesAt } = wanted.service;
  const meant = objects.filter(({ value }) => isServiceOf(value, service));
  if (meant.length === 0) {
    const message = `the chart makes no Service ${quoted(service)}; take sidecar.serviceAnnotationsAt out of the traffic values`;
    return [{ path: '', message }];
  }
  return meant.flatMap(({ value: carrier, template }) =>
    lackingMetadata(
      { template, name: `Service ${service}`, carrier, at: '' },
      { field: 'annotations', entries, valuesAt },
    ),
  );
}

const isServiceOf = (value: unknown, service: string): boolean =>
  fieldsOf(value).kind === 'Service' && metadataOf(value).name === service;

function selectorOf(value: unknown, service: string): readonly Readonly<Record<string, unknown>>[] {
  const selector = fieldsOf(fieldsOf(fieldsOf(value).spec).selector);
  return isServiceOf(value, service) && Object.keys(selector).length > 0 ? [selector] : [];
}

const selects = (selector: Readonly<Record<string, unknown>>, { template }: WorkloadPod): boolean => {
  const labels = fieldsOf(metadataOf(template).labels);
  return Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
};

// PROJECT/charts/SUBCHART/templates/...
const isOfSubchart = (template: string): boolean => template.split('/')[1] === 'charts';

const nobodysPods = (service: string): Problem => ({
  path: '',
  message: `the chart makes no pods of the service ${quoted(service)}: no workload of its own, and none that the Service of this name selects; name the project’s chart with --chart, or leave --chart out for the mesh’s objects alone`,
});
