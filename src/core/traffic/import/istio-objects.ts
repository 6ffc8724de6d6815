import { isObject } from '../../json/is-object.ts';
import { Fields, type Left } from './fields.ts';

/** An object as it stands somewhere. */
export interface PlacedObject {
  readonly value: unknown;
  /** Where in its file something below it stands. */
  place(path: string): { readonly file: string; readonly line: number; readonly column: number };
}

/** Something of an object that values cannot say. */
export interface LeftBehind {
  /** As VirtualService shop/catalog. */
  readonly object: string;
  /** JSON pointer into it. */
  readonly path: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const KINDS: Readonly<Record<string, string>> = {
  VirtualService: 'networking.istio.io/',
  DestinationRule: 'networking.istio.io/',
  Gateway: 'networking.istio.io/',
  Service: 'v1',
};

/** One object that is read for the values. */
export interface IstioObject {
  readonly kind: 'VirtualService' | 'DestinationRule' | 'Gateway' | 'Service';
  readonly namespace: string;
  readonly name: string;
  readonly spec: Fields;
  readonly left: Left;
}

/** The objects among others that values can be read from; `told` receives what of them cannot be said, as long as they are read. */
export function istioObjects(
  objects: readonly PlacedObject[],
  defaultNamespace: string,
  told: (left: LeftBehind) => void,
): readonly IstioObject[] {
  return objects.flatMap(({ value, place }) => {
    if (!isObject(value) || !isObject(value.metadata)) return [];
    const { apiVersion, kind, metadata } = value;
    if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind)) return [];
    if (!String(apiVersion).startsWith(KINDS[kind] ?? '')) return [];
    const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : defaultNamespace;
    const name = String(metadata.name);
    const left: Left = (path, message) =>
      told({ object: `${kind} ${namespace}/${name}`, path, message, ...place(path) });
    return [{ kind: kind as IstioObject['kind'], namespace, name, spec: new Fields(value.spec, '/spec', left), left }];
  });
}
