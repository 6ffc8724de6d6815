import { valueAtPlace } from '../../json/differing-places.ts';
import { isObject } from '../../json/is-object.ts';
import { pointerParts } from '../../json/pointer.ts';
import { stands } from '../../sidecar/stands.ts';
import type { Phrase } from './phrase.ts';

/** What statements of a briefing are about, in the order in which they are told. */
export const STATEMENT_KINDS = [
  'OptIn',
  'Container',
  'Capture',
  'LeftAlone',
  'Probe',
  'StartOrder',
  'StopOrder',
  'Requests',
  'Limits',
  'Replicas',
  'QualityOfService',
  'Feature',
  'Volume',
  'Label',
  'Annotation',
  'OtherField',
] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

/** What stands in the injected pod where a statement is true. */
export interface Evidence {
  /** JSON pointer into the pod as the API server stores it, in which elements of lists stand by their names. */
  readonly place: string;
  /** What stands there, but for what the API server adds. Left out: something does. */
  readonly is?: unknown;
  /** Nothing stands there any more. */
  readonly absent?: true;
  /** The elements of a list of these names stand in this order. */
  readonly order?: readonly string[];
}

/** Something that will be different, or stay as it is, in the pods of a workload. */
export interface Statement {
  readonly kind: StatementKind;
  readonly says: Phrase;
  readonly evidence: readonly Evidence[];
}

/** Whether a piece of evidence holds in a pod. */
export function holds(pod: unknown, { place, is, absent, order }: Evidence): boolean {
  const value = valueAtPlace(pod, place);
  if (absent) return value === undefined;
  if (order !== undefined) return isInOrder(value, order);
  if (is === undefined) return value !== undefined;
  // within their field, since amounts are the same however they are spelled
  const [field = ''] = pointerParts(place).slice(-1);
  return stands({ [field]: is }, { [field]: value });
}

function isInOrder(list: unknown, order: readonly string[]): boolean {
  const names = Array.isArray(list) ? list.flatMap((element) => (isObject(element) ? [element.name] : [])) : [];
  const known = names.filter((name) => order.some((one) => one === name));
  return known.length === order.length && order.every((name, index) => known[index] === name);
}
