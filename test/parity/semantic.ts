import { isObject } from '../../src/core/json/is-object.ts';
import { parsedJson } from '../../src/core/json/parsed.ts';
import type { Json } from './peer.ts';
import { strict } from './strict.ts';

/** Variables and annotations whose value is JSON, so that spaces and the order of keys mean nothing. */
const JSON_VARIABLES: ReadonlySet<unknown> = new Set([
  'PROXY_CONFIG',
  'ISTIO_META_POD_PORTS',
  'ISTIO_KUBE_APP_PROBERS',
  'ISTIO_PROMETHEUS_ANNOTATIONS',
]);
const JSON_ANNOTATIONS: ReadonlySet<string> = new Set(['proxy.istio.io/overrides', 'k8s.v1.cni.cncf.io/networks']);

/**
 * A pod in a form that is the same for two pods that mean the same to Kubernetes and to Istio. Beyond `strict` these differences, and no
 * others, are passed over:
 * - how JSON in a variable or an annotation is spelt;
 * - the order of variables, except of those that name others with `$(...)` and of those that are named;
 * - a volume without a source against one with an empty directory, which the API server makes of it.
 */
export const semantic = (object: Json): Json => meant(strict(object), '') as Json;

function meant(value: unknown, field: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => meant(item, field));
    return field === 'env' ? variables(items as Variable[]) : items;
  }
  if (!isObject(value)) return value;
  const whole = field === 'volumes' && Object.keys(value).length === 1 ? { ...value, emptyDir: {} } : value;
  return Object.fromEntries(
    Object.entries(whole).map(([key, inner]) => [
      key,
      field === 'annotations' && JSON_ANNOTATIONS.has(key) ? readJson(inner) : meant(inner, key),
    ]),
  );
}

interface Variable extends Json {
  readonly name: string;
}

function variables(list: readonly Variable[]): Json {
  const named = new Set(
    list.flatMap(({ value }) => [...String(value).matchAll(/\$\(([^)]+)\)/g)].map(([, name]) => name)),
  );
  const chained = list.filter(({ name, value }) => named.has(name) || String(value).includes('$('));
  const read = list.map((variable) =>
    JSON_VARIABLES.has(variable.name) ? { ...variable, value: readJson(variable.value) } : variable,
  );
  return { byName: Object.fromEntries(read.map((variable) => [variable.name, variable])), inOrder: chained };
}

const readJson = (text: unknown): unknown => parsedJson(String(text)) ?? text;
