import { isObject } from '../../json/is-object.ts';
import { type ManifestObject, manifestObjectsOf } from '../../kubernetes/manifest-objects.ts';
import { readService } from '../../kubernetes/service.ts';
import { podOfWorkload } from '../../kubernetes/workload.ts';
import type { Problem } from '../../problem/problem.ts';
import type { SourceDocument } from '../../yaml/documents.ts';
import { lengthOfPart, partOfDocument } from '../../yaml/part-of-document.ts';
import { excessOf } from '../read-one-object.ts';
import { type ReadValues, readTrafficDocument } from '../read-values.ts';
import type { PodTemplate, ServiceManifest } from './project.ts';
import { type ValuesInDocument, valuesInDocument } from './values-in-document.ts';
import { valuesOnService } from './values-on-service.ts';

/** One thing about traffic that stands in a document. */
export type Piece =
  | {
      readonly kind: 'values';
      readonly read: ReadValues;
      readonly namespace: string | undefined;
      readonly isWhole?: true;
    }
  /** Values that name no service and count over others. */
  | { readonly kind: 'layer'; readonly place: Problem }
  | { readonly kind: 'service'; readonly manifest: ServiceManifest }
  | { readonly kind: 'pods'; readonly pods: PodTemplate };

/**
 * What stands in a document about traffic: values, or Services and workloads of Kubernetes.
 * @param isNamed whether somebody named the file, so that values that name no service are a mistake and not a layer
 */
export function piecesOf(document: SourceDocument, isNamed: boolean): readonly Piece[] {
  const objects = manifestObjectsOf(document).filter(isManifest);
  if (objects.length > 0) return objects.flatMap(piecesOfManifest);
  const values = valuesInDocument(document);
  return values === undefined ? [] : [pieceOfValues(document, values, isNamed)];
}

const isManifest = ({ value }: ManifestObject): boolean =>
  isObject(value) && typeof value.kind === 'string' && typeof value.apiVersion === 'string';

function pieceOfValues(document: SourceDocument, { at, part, isLayer }: ValuesInDocument, isNamed: boolean): Piece {
  const place = { file: document.file, ...document.place(at), path: at };
  if (isLayer && !isNamed) return { kind: 'layer', place: { ...place, message: 'names no service' } };
  const excess = excessOf(lengthOfPart(document, at));
  const read = excess === undefined ? readTrafficDocument(part) : { problems: [{ ...place, message: excess }] };
  return { kind: 'values', read, namespace: undefined, ...(at === '' ? { isWhole: true } : {}) };
}

function piecesOfManifest({ value, document, at }: ManifestObject): readonly Piece[] {
  const part = partOfDocument(document, at);
  const pods = podOfWorkload(value);
  if (pods !== undefined) {
    const { kind, name, namespace, pod } = pods;
    return [{ kind: 'pods', pods: { kind, name, namespace, labels: labelsOf(pod) } }];
  }
  if (!isObject(value) || value.kind !== 'Service' || value.apiVersion !== 'v1') return [];
  const read = readService(value);
  if ('problems' in read) {
    const problems = read.problems.map((problem) => ({ ...problem, file: part.file, ...part.place(problem.path) }));
    return [{ kind: 'values', read: { problems }, namespace: undefined }];
  }
  const { service } = read;
  const { name } = service.metadata;
  const namespace = service.metadata.namespace ?? undefined;
  const values = valuesOnService(service, document, at);
  return [
    { kind: 'service', manifest: { name, namespace, service, document: part } },
    ...(values === undefined ? [] : [{ kind: 'values' as const, read: values, namespace }]),
  ];
}

function labelsOf({ metadata }: Record<string, unknown>): Readonly<Record<string, string>> {
  const labels = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
  return Object.fromEntries(
    Object.entries(labels).filter((label): label is [string, string] => typeof label[1] === 'string'),
  );
}
