import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { allContainersOf, type Pod } from './pod.ts';
import { quantityValue } from './quantity.ts';

export type QualityOfService = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'] as const;

/**
 * The class that the API server gives a pod by the amounts of its containers, or by those of the pod as a whole where it has any
 * (Kubernetes, pkg/apis/core/v1/helper/qos: ComputePodQOS).
 */
export function qualityOfService(pod: Pod): QualityOfService {
  const whole = fieldsOf((pod.spec as Readonly<Record<string, unknown>>).resources);
  const bounds = isSaid(whole) ? [whole] : allContainersOf(pod).map(({ resources }) => fieldsOf(resources));
  const asked = bounds.map((resources) => COUNTED.map((resource) => amountsOf(resources, resource)));
  if (asked.flat().every(({ request, limit }) => request === 0 && limit === 0)) return 'BestEffort';
  return asked.flat().every(({ request, limit }) => limit > 0 && request === limit) ? 'Guaranteed' : 'Burstable';
}

const isSaid = ({ requests, limits }: Readonly<Record<string, unknown>>): boolean =>
  [requests, limits].some((amounts) => COUNTED.some((resource) => Object.hasOwn(fieldsOf(amounts), resource)));

/** A request that is left out is as large as the limit. */
function amountsOf({ requests, limits }: Readonly<Record<string, unknown>>, resource: string) {
  const of = (amounts: unknown): number | undefined => {
    const said = fieldsOf(amounts);
    return Object.hasOwn(said, resource) ? quantityValue(asText(said[resource])) : undefined;
  };
  const limit = of(limits) ?? 0;
  return { limit, request: of(requests) ?? limit };
}
