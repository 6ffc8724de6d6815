import { availableParallelism, totalmem } from 'node:os';
import type { V1Container, V1Pod, V1ResourceFieldSelector } from '@kubernetes/client-node';
import { quantityValue } from '../../src/core/kubernetes/quantity.ts';

/** What only the node knows of a pod. */
export interface PodPlace {
  /** None before the pod has its network; IPv4 first. */
  readonly podIps: readonly string[];
  readonly machine: string;
  readonly node: string;
}

/** The value of a field of the downward API; rejects a path that it does not have. */
export function fieldValue(pod: V1Pod, place: PodPlace, path: string): string {
  const { metadata = {}, spec } = pod;
  const fields: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'metadata.labels': lines(metadata.labels),
    'metadata.annotations': lines(metadata.annotations),
    'spec.nodeName': place.node,
    'spec.serviceAccountName': spec?.serviceAccountName,
    'status.hostIP': place.machine,
    'status.podIP': place.podIps[0],
    'status.podIPs': place.podIps.join(','),
  };
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (key !== undefined) return new Map(Object.entries(metadata[map as 'labels'] ?? {})).get(key) ?? '';
  const value = Object.hasOwn(fields, path) ? fields[path] : undefined;
  if (value === undefined) throw new Error(`the test node does not know the field ${path}: add it to environment.ts`);
  return value;
}

const lines = (map: Readonly<Record<string, string>> = {}) =>
  Object.entries(map)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
    .join('');

/** Replaces $(NAME) by a variable that stands before it; an unknown one stays as it is, $$ is a dollar sign. */
export function expanded(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name?: string) =>
    name === undefined ? '$' : (variables.get(name) ?? whole),
  );
}

/** An amount in units of the divisor, rounded up, as the kubelet tells it; without a limit what the machine has. */
function amountOf(container: V1Container, { resource, divisor = '0' }: V1ResourceFieldSelector): string {
  const [list = '', name = ''] = resource.split('.');
  const amounts = container.resources?.[list as 'limits' | 'requests'];
  const has = { cpu: String(availableParallelism()), memory: String(totalmem()) };
  const amount = amounts?.[name] ?? has[name as keyof typeof has];
  if (amount === undefined)
    throw new Error(`the test node does not know the amount ${resource}: add it to environment.ts`);
  const unit = divisor === '0' ? 1 : quantityValue(divisor);
  return String(Math.ceil((quantityValue(amount) ?? Number.NaN) / (unit ?? Number.NaN)));
}

/** The variables of a container: those of the API server's Service, of its image, then its own in their order. */
export function variablesOf(
  container: V1Container,
  image: Readonly<Record<string, string>>,
  apiServer: string,
  fieldOf: (path: string) => string,
): ReadonlyMap<string, string> {
  if (container.envFrom?.length) throw new Error('the test node does not know envFrom: name each variable in env');
  const variables = new Map([
    ['KUBERNETES_SERVICE_HOST', apiServer],
    ['KUBERNETES_SERVICE_PORT', '443'],
    ...Object.entries(image),
  ]);
  for (const { name, value = '', valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) variables.set(name, expanded(value, variables));
    else if (valueFrom.fieldRef) variables.set(name, fieldOf(valueFrom.fieldRef.fieldPath));
    else if (valueFrom.resourceFieldRef) variables.set(name, amountOf(container, valueFrom.resourceFieldRef));
    else throw new Error(`the test node knows no such source of the variable ${name}: extend environment.ts`);
  }
  return variables;
}
