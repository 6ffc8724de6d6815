import { pointer } from '../json/pointer.ts';
import { type Breach, breachesOf } from '../kubernetes/limit-range.ts';
import { partsOf } from '../sidecar/rendering.ts';
import { type Examined, limitsAround } from './examined.ts';
import type { FitCheck, Sighting } from './fit-check.ts';
import { type FitObject, itemsOf, type Json, specOf } from './fit-object.ts';
import { amountText, containerAmount, podAmount } from './pod-amounts.ts';

export const FIT016: FitCheck = {
  code: 'FIT016',
  severity: 'incompatible',
  title: 'The LimitRanges of the namespace allow the sidecar’s amounts.',
  remedy:
    'Bring the sidecar’s amounts within the range: sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit, proxyMemoryLimit, or the profile; or widen the range.',
  why: 'The API server refuses a pod with a container outside of the range, the sidecar’s as well, and one whose containers are together.',
  holds: 'every profile',
  shownBy: [['test/cluster/compatibility.test.ts', 'refused, and admitted when it is mended']],
  sightings: (examined) =>
    examined.around.limitRanges.flatMap((range) =>
      itemsOf(specOf(range).limits).flatMap((item, index) => {
        const at = pointer('spec', 'limits', index);
        if (item.type === 'Container') return ofContainers(examined, range, item, at);
        return item.type === 'Pod' ? ofPod(examined, range, item, at) : [];
      }),
    ),
};

const ofContainers = (examined: Examined, object: FitObject, item: Json, at: string): Sighting[] => {
  const { injection } = examined.subject.rendering();
  const limits = limitsAround(examined);
  return [...partsOf(injection.initContainers), ...partsOf(injection.containers)].flatMap((container) =>
    breachesOf(item, (bound, resource) => containerAmount(container, bound, resource, limits)).map((breach) => ({
      object,
      path: at + pathOf(breach),
      message: `${container.name} ${told(breach)}`,
    })),
  );
};

function ofPod(examined: Examined, object: FitObject, item: Json, at: string): Sighting[] {
  const limits = limitsAround(examined);
  const [before = [], after = []] = [examined.pod, examined.rendered()].map(({ spec }) =>
    breachesOf(item, (bound, resource) => podAmount(spec as Json, bound, resource, limits) || undefined),
  );
  // what the author’s own containers are refused for is between him and the API server
  const own = new Set(before.map(pathOf));
  return after
    .filter((breach) => !own.has(pathOf(breach)))
    .map((breach) => ({ object, path: at + pathOf(breach), message: `the pod with its sidecar ${told(breach)}` }));
}

const pathOf = ({ field, resource }: Breach): string => pointer(field, resource);

function told({ field, resource, edge, bound, amount }: Breach): string {
  const which = `${resource} ${bound === 'requests' ? 'request' : 'limit'}`;
  if (amount === undefined) return `has no ${which}, and the range wants one`;
  const has = `has a ${which} of ${amountText(amount, resource)}`;
  if (field === 'maxLimitRequestRatio') return `${has}, more than ${edge} times its request`;
  return `${has}, ${field === 'min' ? 'below the least' : 'above the most'}, ${edge}`;
}
