import { isObject } from '../../src/core/json/is-object.ts';
import type { Json } from './peer.ts';
import { typed } from './typed.ts';

/**
 * A pod as Istio’s own harness compares it (pkg/kube/inject/webhook_test.go, normalizeAndCompareDeployments): read into types and
 * written again, without the status annotation and the version of field references. The annotations that Pillion keeps for itself are
 * left out as well: no other injector writes them.
 */
export const strict = (object: Json): Json => withoutMarks(typed(object)) as Json;

const isMark = (key: string): boolean => key === 'sidecar.istio.io/status' || key.startsWith('pillion.io/');

function withoutMarks(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutMarks(item));
  if (!isObject(value)) return value;
  const left = Object.entries(value)
    .filter(([key]) => !(field === 'annotations' && isMark(key)) && !(field === 'fieldRef' && key === 'apiVersion'))
    .map(([key, inner]) => [key, withoutMarks(inner, key)] as const)
    .filter(([key, inner]) => !(key === 'annotations' && isObject(inner) && Object.keys(inner).length === 0));
  return Object.fromEntries(left);
}
