import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { pointer } from '../json/pointer.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { boundedBy, countsEveryPod } from '../kubernetes/resource-quota.ts';
import { needsRoomBeside } from '../kubernetes/rolling-update.ts';
import { type Examined, limitsAround } from './examined.ts';
import type { FitCheck, Sighting } from './fit-check.ts';
import { type FitObject, itemsOf, type Json, specOf } from './fit-object.ts';
import { amountText, containerAmount, podAmount } from './pod-amounts.ts';

export const FIT015: FitCheck = {
  code: 'FIT015',
  severity: 'incompatible',
  title: 'The ResourceQuotas of the namespace have room for the sidecars.',
  remedy:
    'Raise the quota, or ask for less: sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit, proxyMemoryLimit, or the profile.',
  why: 'A quota counts what a pod asks for with its sidecar. The API server refuses the pods beyond it, in the middle of a restart.',
  holds: 'every profile; quotas with scopes are passed over',
  shownBy: [['test/cluster/compatibility.test.ts', 'refused, and admitted when it is mended']],
  sightings: (examined) =>
    examined.around.quotas
      .filter((quota) => countsEveryPod(specOf(quota)))
      .flatMap((quota) =>
        Object.entries(fieldsOf(specOf(quota).hard)).flatMap(([key, hard]) => exceeded(examined, quota, key, hard)),
      ),
};

function exceeded(examined: Examined, quota: FitObject, key: string, hard: unknown): Sighting[] {
  const counted = boundedBy(key);
  const most = quantityValue(asText(hard));
  if (counted === undefined || most === undefined) return [];
  const { bound, resource } = counted;
  const { pod, rendered, replicas } = examined;
  const at = { object: quota, path: pointer('spec', 'hard', key) };
  const spec = rendered().spec as Json;
  const limits = limitsAround(examined);
  const silent = [...itemsOf(spec.initContainers), ...itemsOf(spec.containers)].find(
    (container) => containerAmount(container, bound, resource, limits) === undefined,
  );
  if (silent !== undefined && examined.subject.profile.own.containers.has(asText(silent.name)))
    return [{ ...at, message: `wants ${key} of every container, and ${asText(silent.name)} says none` }];
  const one = podAmount(spec, bound, resource, limits);
  const added = one - podAmount(pod.spec as Json, bound, resource, limits);
  const amount = (value: number) => amountText(value, resource);
  const used = quantityValue(asText(fieldsOf(fieldsOf(quota.value.status).used)[key]));
  // the last of the old pods stays until the last of the new ones is there
  const beside = isRestartedBeside(examined) ? one - added : 0;
  // the status of a quota counts the pods that run, which have no sidecar yet
  const then =
    used === undefined || examined.subject.separated.injectedBefore ? one * replicas : used + added * replicas;
  const needed = then + beside;
  if (added <= 0 || needed <= most) return [];
  const parts = [
    ...(used === undefined
      ? [`${replicas} x ${amount(one)}`]
      : [`${amount(used)} in use`, `${replicas} x ${amount(added)} for sidecars`]),
    ...(beside > 0 ? [`${amount(beside)} for the pod that a restart has beside the others`] : []),
  ];
  const from = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts[0];
  return [{ ...at, message: `${key} ${asText(hard)} is less than ${amount(needed)}: ${from}` }];
}

const isRestartedBeside = ({ workload, replicas }: Examined): boolean =>
  workload.kind === 'Deployment' && needsRoomBeside(specOf(workload), replicas);
