import { isObject } from '../json/is-object.ts';
import { isoDay } from '../json/iso-time.ts';
import type { ManifestObject } from '../kubernetes/manifest-objects.ts';
import { readService } from '../kubernetes/service.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Problem } from '../problem/problem.ts';
import { readTrafficService, type TrafficJudge, type TrafficService, trafficText } from './traffic-service.ts';
import { type TrafficServices, trafficServices } from './traffic-services.ts';

/** The Services among the objects whose teams say something about their traffic, and everything that the webhook would not accept. */
export function readServices(
  objects: readonly ManifestObject[],
  defaultNamespace: string,
  judge: TrafficJudge,
): { readonly services: TrafficServices; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const services: TrafficService[] = [];
  for (const { value, document, at } of objects) {
    if (!isObject(value) || value.kind !== 'Service' || value.apiVersion !== 'v1') continue;
    const read = readService(value);
    if ('problems' in read) {
      problems.push(
        ...read.problems.map((problem) => ({ ...problem, file: document.file, ...document.place(at + problem.path) })),
      );
      continue;
    }
    const text = trafficText(read.service);
    if (text === undefined) continue;
    const judged = readTrafficService(read.service, read.service.metadata.namespace ?? defaultNamespace, text, judge);
    if ('service' in judged) services.push(judged.service);
    else problems.push(...judged.problems);
  }
  return { services: trafficServices(services), problems };
}

/** What Services are judged by under a policy. */
export const judgeOf = (policy: ActivePolicy, now: Date): TrafficJudge => ({
  company: policy.trafficDefaults,
  today: isoDay(now),
});
