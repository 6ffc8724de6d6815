import { type LabelSelector, matcher } from '../kubernetes/label-selector.ts';
import type { Namespace } from '../kubernetes/namespace.ts';

/** A mutating webhook of somebody else, as far as it says what it is called for. */
export interface ForeignHook {
  readonly name: string;
  readonly namespaceSelector?: LabelSelector | null;
  readonly objectSelector?: LabelSelector | null;
  readonly rules?: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly operations?: readonly string[];
  }[];
}

// the hooks of injectors of other meshes, by the names that their own charts give them
const MESHES: readonly { readonly mesh: string; readonly hook: RegExp }[] = [
  { mesh: 'Linkerd', hook: /(^|\.)linkerd-proxy-injector\.linkerd\.io$/ },
  { mesh: 'Kuma', hook: /kuma-injector\.kuma\.io$/ },
  { mesh: 'Consul', hook: /connect-injector.*\.consul\.hashicorp\.com$/ },
  { mesh: 'Open Service Mesh', hook: /(^|\.)osm-inject\.k8s\.io$/ },
];

/** The mesh whose injector a hook is; undefined for any other. */
export const meshOf = ({ name }: ForeignHook): string | undefined => MESHES.find(({ hook }) => hook.test(name))?.mesh;

/** Whether a hook is called for the creation of pods. */
export const seesPods = ({ rules = [] }: ForeignHook): boolean =>
  rules.some(
    ({ apiGroups = [], resources = [], operations = [] }) =>
      (apiGroups.includes('') || apiGroups.includes('*')) &&
      (resources.includes('pods') || resources.includes('*') || resources.includes('*/*')) &&
      (operations.includes('CREATE') || operations.includes('*')),
  );

/** In which of these namespaces it is called for a pod that asks by this label, or has no label at all. */
export function namespacesOf(
  { namespaceSelector, objectSelector }: ForeignHook,
  namespaces: readonly Namespace[],
  podKey: string,
): readonly string[] {
  const selectsPod = matcher(objectSelector ?? {});
  if (!selectsPod({}) && !selectsPod({ [podKey]: 'true' })) return [];
  const selects = matcher(namespaceSelector ?? {});
  return namespaces
    .filter(({ name, labels }) => selects({ ...labels, 'kubernetes.io/metadata.name': name }))
    .map(({ name }) => name);
}
