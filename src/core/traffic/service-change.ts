import { metadataOf } from '../kubernetes/metadata.ts';
import { readService, type Service } from '../kubernetes/service.ts';
import type { ChangeRequest } from '../namespaces/change.ts';
import type { Problem } from '../problem/problem.ts';
import { readTrafficService, type TrafficJudge, type TrafficService, trafficText } from './traffic-service.ts';

/** A change of a Service, as far as it concerns what it says about its traffic. */
export type ServiceChange =
  /** It says nothing, before and after. */
  | { readonly course: 'silent' }
  | { readonly course: 'removed' }
  | { readonly course: 'deleted' }
  | { readonly course: 'accepted'; readonly service: TrafficService; readonly warnings: readonly Problem[] }
  | {
      readonly course: 'refused';
      readonly problems: readonly Problem[];
      /** What it said before is accepted. */
      readonly wasAccepted: boolean;
      /** It says what it said, and that was not accepted before either. */
      readonly isOld: boolean;
    }
  /** It is no Service at all. */
  | { readonly course: 'unreadable'; readonly problems: readonly Problem[] };

/**
 * The change of a Service that a request makes.
 * @returns undefined for a request that is no such change
 */
export function serviceChangeOf(
  request: ChangeRequest & { readonly namespace: string },
  judge: TrafficJudge,
): ServiceChange | undefined {
  const { operation, resource, subResource, namespace, object } = request;
  if (resource.group !== '' || resource.resource !== 'services' || subResource !== '') return undefined;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined;
  const oldObject = operation === 'UPDATE' ? request.oldObject : undefined;
  if (typeof metadataOf(oldObject).deletionTimestamp === 'string') return { course: 'deleted' };
  const read = readService(object);
  if ('problems' in read) return { course: 'unreadable', problems: read.problems };
  const standing = readService(oldObject);
  const before = 'service' in standing ? standing.service : undefined;
  const [text, textBefore] = [trafficText(read.service), before && trafficText(before)];
  if (text === undefined) return { course: textBefore === undefined ? 'silent' : 'removed' };
  const judged = readTrafficService(read.service, namespace, text, judge);
  if ('service' in judged) return { course: 'accepted', ...judged };
  const wasAccepted = isAccepted(before, textBefore, namespace, judge);
  return { course: 'refused', problems: judged.problems, wasAccepted, isOld: text === textBefore && !wasAccepted };
}

function isAccepted(
  service: Service | undefined,
  text: string | undefined,
  namespace: string,
  judge: TrafficJudge,
): boolean {
  if (service === undefined || text === undefined) return false;
  return 'service' in readTrafficService(service, namespace, text, judge);
}
