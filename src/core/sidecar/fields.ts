import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import type { Container, Pod } from '../kubernetes/pod.ts';

type Json = Readonly<Record<string, unknown>>;

/** A field of one of the author’s containers as it was; without a value it was not there. */
export interface RecordedField {
  readonly list: 'initContainers' | 'containers';
  readonly container: string;
  readonly path: readonly string[];
  readonly value?: unknown;
}

/** What a field holds; undefined when it, or something on the way to it, is not there. */
export const fieldAt = (container: Json, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), container);

/** The container with one field changed, or without it when the value is undefined. Maps on the way to it are made. */
export function withField<T extends Json>(container: T, path: readonly string[], value: unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return container;
  const inner = Object.hasOwn(container, key) ? container[key] : undefined;
  const changed = rest.length === 0 ? value : withField(fieldsOf(inner), rest, value);
  if (changed !== undefined) return { ...container, [key]: changed };
  const { [key]: _, ...others } = container;
  return others as T;
}

/** The pod with the recorded fields as they were. A container that is not there any more is passed over. */
export function withFields(pod: Pod, fields: readonly RecordedField[]): Pod {
  if (fields.length === 0) return pod;
  const restored = (list: 'initContainers' | 'containers'): Container[] =>
    (pod.spec[list] ?? []).map((container) =>
      fields
        .filter((field) => field.list === list && field.container === container.name)
        .reduce((changed, { path, value }) => withField(changed, path, value), container),
    );
  const spec = { ...pod.spec, containers: restored('containers') };
  return { ...pod, spec: pod.spec.initContainers ? { ...spec, initContainers: restored('initContainers') } : spec };
}

/** The probes of a container. */
export const PROBE_NAMES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

const PROBES: ReadonlySet<string> = new Set(PROBE_NAMES);

/** Whether a recorded field is what a probe for a connection loses, or what it has instead. */
export function isProbeHandler({ path: [probe = '', handler, ...rest], value }: RecordedField): boolean {
  if (rest.length > 0 || !PROBES.has(probe)) return false;
  if (handler !== 'tcpSocket') return handler === 'httpGet' && value === undefined;
  return isObject(value) && (typeof value.port === 'number' || typeof value.port === 'string');
}

const MOST_STEPS = 4;

/** Whether a value of unknown shape is a recorded field. */
export const isRecordedField = (value: unknown): value is RecordedField =>
  isObject(value) &&
  (value.list === 'initContainers' || value.list === 'containers') &&
  typeof value.container === 'string' &&
  Array.isArray(value.path) &&
  value.path.length > 0 &&
  value.path.length <= MOST_STEPS &&
  value.path.every((key) => typeof key === 'string' && key !== '__proto__' && key !== 'name');
