import { fieldsOf } from '../json/fields-of.ts';
import type { Bound } from './limit-range.ts';

/** Which amount of which resource a key of a quota bounds; undefined for what is no amount of pods. */
export function boundedBy(key: string): { readonly bound: Bound; readonly resource: string } | undefined {
  // a quota names requests with and without their prefix
  const [, bound, resource = ''] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(key) ?? [];
  return resource === '' ? undefined : { bound: bound === 'limits' ? 'limits' : 'requests', resource };
}

/** Whether a quota is of all pods. One that is of certain pods only says nothing about all. */
export const countsEveryPod = ({ scopes, scopeSelector }: Readonly<Record<string, unknown>>): boolean =>
  isEmpty(scopes) && isEmpty(fieldsOf(scopeSelector).matchExpressions);

const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0;
