import { type Compared, differingPlaces as placesOf } from '../json/differing-places.ts';
import { ANNOTATIONS } from './names.ts';
import { type Injection, LISTS, partsOf } from './rendering.ts';

/**
 * Where two injections for one pod differ: pointers into the pod, in which elements of lists stand by their names, such as
 * `/initContainers/istio-proxy/image`. The status is left out: it names the policy.
 * @param most how many places are told
 */
export function differingPlaces(one: Injection, other: Injection, most: number): readonly string[] {
  const compared: Compared[] = LISTS.map((list) => ({
    key: list,
    left: partsOf(one[list]),
    right: partsOf(other[list]),
  }));
  const maps = ['labels', 'annotations', 'removedAnnotations', 'changes'] as const;
  const [without, others] = [withoutStatus(one), withoutStatus(other)];
  for (const key of maps) compared.push({ key, left: without[key], right: others[key] });
  return placesOf(compared, most);
}

const withoutStatus = (injection: Injection): Injection => {
  const { [ANNOTATIONS.status]: _, ...annotations } = injection.annotations;
  return { ...injection, annotations };
};
