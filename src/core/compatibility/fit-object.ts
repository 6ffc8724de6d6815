import { fieldsOf } from '../json/fields-of.ts';
import { metadataOf } from '../kubernetes/metadata.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An object that evidence stands in: the workload, or something beside it. */
export interface FitObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly value: Json;
  /** Where a JSON pointer into the object leads in a file; absent for an object that came from none. */
  readonly place?: (path: string) => { readonly file: string; readonly line: number };
}

/** As people name it: `Service shop/web`. */
export const objectName = ({ kind, namespace, name }: FitObject): string => `${kind} ${namespace}/${name}`;

/** The spec of an object, none of whose fields has to be there. */
export const specOf = ({ value }: FitObject): Json => fieldsOf(value.spec);

/** The elements of a list of unknown shape, each as an object. */
export const itemsOf = (list: unknown): readonly Json[] => (Array.isArray(list) ? list.map(fieldsOf) : []);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** An object of unknown shape with its name, or what its name will begin with; undefined where it has no kind. */
export function fitObjectOf(
  value: unknown,
  defaultNamespace: string,
  place?: FitObject['place'],
): FitObject | undefined {
  const fields = fieldsOf(value);
  const { name, generateName, namespace } = metadataOf(value);
  if (typeof fields.kind !== 'string') return undefined;
  return {
    kind: fields.kind,
    namespace: textOf(namespace) ?? defaultNamespace,
    name: textOf(name) ?? textOf(generateName) ?? '',
    value: fields,
    ...(place && { place }),
  };
}
