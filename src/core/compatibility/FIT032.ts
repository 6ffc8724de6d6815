import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { pointer } from '../json/pointer.ts';
import type { Examined } from './examined.ts';
import type { FitCheck, Sighting } from './fit-check.ts';
import { type FitObject, itemsOf, type Json, specOf } from './fit-object.ts';
import { amountText, podAmount } from './pod-amounts.ts';

export const FIT032: FitCheck = {
  code: 'FIT032',
  severity: 'needs-change',
  title: 'The workload is scaled by what the application uses.',
  remedy: 'In place of a metric of type Resource take one of type ContainerResource, with the application’s container.',
  why: 'A metric of type Resource sums all containers of a pod, the sidecar’s use and its request as well, so the same target means another load.',
  holds: 'every profile',
  from: 'the documentation of the HorizontalPodAutoscaler: a metric of type Resource is of the whole pod',
  sightings: (examined) => examined.around.autoscalers.flatMap((autoscaler) => summing(autoscaler, examined)),
};

function summing(autoscaler: FitObject, { pod, rendered }: Examined): Sighting[] {
  const spec = specOf(autoscaler);
  const told = (resource: string) => {
    const [before, after] = [pod, rendered()].map((one) => podAmount(one.spec as Json, 'requests', resource));
    const requests = `${amountText(before ?? 0, resource)} a pod becomes ${amountText(after ?? 0, resource)}`;
    return `is about ${resource} of the whole pod, with the sidecar: a request of ${requests}`;
  };
  const old = 'targetCPUUtilizationPercentage';
  return [
    ...(typeof spec[old] === 'number'
      ? [{ object: autoscaler, path: pointer('spec', old), message: told('cpu') }]
      : []),
    ...itemsOf(spec.metrics).flatMap(({ type, resource }, index) => {
      const name = asText(fieldsOf(resource).name);
      if (type !== 'Resource' || !['cpu', 'memory'].includes(name)) return [];
      return [{ object: autoscaler, path: pointer('spec', 'metrics', index), message: told(name) }];
    }),
  ];
}
