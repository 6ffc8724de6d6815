import { isObject } from '../../src/core/json/is-object.ts';
import { canonicalQuantity } from '../core-fixtures/canonical-quantity.ts';
import type { Json } from './peer.ts';

/** Maps whose keys are a user’s, so that none of their values is left out. */
const TEXT_MAPS: ReadonlySet<string> = new Set(['labels', 'annotations', 'nodeSelector', 'matchLabels']);
const QUANTITY_MAPS: ReadonlySet<string> = new Set(['limits', 'requests', 'overhead']);
const QUANTITIES: ReadonlySet<string> = new Set(['divisor', 'sizeLimit']);

/** Fields whose zero Go’s types cannot tell from nothing; zeros of all others stand behind pointers and are kept. */
const ZERO_IS_NOTHING: ReadonlySet<string> = new Set([
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
  'hostPort',
  'readOnly',
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'stdin',
  'stdinOnce',
  'tty',
]);
const CONTAINER_LISTS: ReadonlySet<string> = new Set(['containers', 'initContainers']);

/** The fields of a container and of what stands in it, in the order of Kubernetes’ types; the maps in between are sorted. */
const ORDER = [
  ...['name', 'image', 'command', 'args', 'workingDir'],
  ...['hostPort', 'containerPort', 'protocol', 'hostIP', 'value', 'valueFrom', 'readOnly', 'mountPath', 'subPath'],
  ...['ports', 'envFrom', 'env', 'resources', 'resizePolicy', 'restartPolicy', 'volumeMounts', 'volumeDevices'],
  ...['exec', 'httpGet', 'tcpSocket', 'grpc', 'path', 'port', 'host', 'scheme', 'httpHeaders'],
  ...['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'],
  ...['terminationMessagePath', 'terminationMessagePolicy', 'imagePullPolicy', 'securityContext'],
  ...['capabilities', 'privileged', 'runAsUser', 'runAsGroup', 'runAsNonRoot', 'readOnlyRootFilesystem'],
];

/**
 * A pod, or another object, as it is after Go has read it into Kubernetes’ types and written it again, which is what Istio’s harness
 * compares and what an API server sends: empty lists, maps and texts, nulls and zeros that say nothing are gone, quantities have
 * their one spelling, and every container has resources.
 */
export const typed = (object: Json): Json => (typedValue(object, '') ?? {}) as Json;

function typedValue(value: unknown, field: string): unknown {
  if (value === null || value === undefined || value === '') return undefined;
  if (value === 0 || value === false) return ZERO_IS_NOTHING.has(field) ? undefined : value;
  if (QUANTITIES.has(field)) return canonicalQuantity(String(value));
  if (Array.isArray(value)) {
    const items = value.map((item) =>
      CONTAINER_LISTS.has(field) ? container(item as Json) : (typedValue(item, '') ?? item),
    );
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return value;
  if (TEXT_MAPS.has(field)) return Object.keys(value).length === 0 ? undefined : value;
  if (QUANTITY_MAPS.has(field)) return quantities(value);
  return fields(value);
}

function fields(value: Json): Json {
  const rank = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  const written = Object.entries(value)
    // what a server says about an object
    .filter(([key]) => key !== 'creationTimestamp' && key !== 'status')
    .map(([key, inner]) => [key, typedValue(inner, key)] as const)
    .filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(written.sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1)));
}

const container = (value: Json): Json => fields({ ...value, resources: value.resources ?? {} });

const quantities = (value: Json): Json | undefined => {
  const keys = Object.keys(value).sort();
  return keys.length === 0
    ? undefined
    : Object.fromEntries(keys.map((key) => [key, canonicalQuantity(String(value[key]))]));
};
