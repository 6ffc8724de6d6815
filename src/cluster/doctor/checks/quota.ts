import { type Finding, orOk, problem, someOf, warning } from '../../../core/doctor/finding.ts';
import { type LimitRange, limitsOf } from '../../../core/doctor/limit-range.ts';
import { type QuotaRoom, type ResourceQuota, roomIn, withoutAmount } from '../../../core/doctor/quota-room.ts';
import { sidecarContainers } from '../../../core/doctor/sidecar-containers.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** Whether the quotas of the namespaces that opted in have room for the sidecars of their pods. */
export const quota: Check = byPolicy(async (patient, policy) => {
  const [quotas, ranges] = await Promise.all([
    patient.everywhere<ResourceQuota>('/api/v1', 'resourcequotas'),
    patient.everywhere<LimitRange>('/api/v1', 'limitranges'),
  ]);
  const bare = quotas.length === 0 ? [] : await patient.bare();
  const found: Finding[] = [];
  const rooms: string[] = [];
  for (const namespace of await patient.open()) {
    const { name } = namespace;
    const own = quotas.filter(({ metadata }) => metadata.namespace === name);
    if (own.length === 0) continue;
    const containers = sidecarContainers(namespace, policy);
    const waiting = bare.filter((pod) => pod.namespace.name === name).length;
    const limits = limitsOf(ranges.filter(({ metadata }) => metadata.namespace === name));
    for (const each of own) {
      const next = `kubectl -n ${name} edit resourcequota ${each.metadata.name}`;
      const lacking = withoutAmount(each, containers, limits);
      if (lacking.length > 0)
        found.push(
          problem(
            `ResourceQuota ${name}/${each.metadata.name} wants amounts of every container that the profile does not set: ${someOf(lacking.map(({ container, resource }) => `${resource} of ${container}`))}`,
            next,
          ),
        );
      found.push(...roomIn(each, containers, limits).flatMap((room) => judged(name, room, waiting, next)));
    }
    const left = own.flatMap((each) => roomIn(each, containers, limits)).map((room) => room.left);
    if (left.length > 0) rooms.push(`${name} for ${Math.min(...left)}`);
  }
  return orOk(
    found,
    rooms.length === 0 ? 'no quota bounds what sidecars take' : `quotas have room for more sidecars: ${someOf(rooms)}`,
  );
});

/** @param waiting how many pods run without the sidecar that they asked for, and take one when they are made anew */
function judged(
  namespace: string,
  { quota: name, resource, hard, used, most, left }: QuotaRoom,
  waiting: number,
  next: string,
): readonly Finding[] {
  const stands = `${used} of ${hard} of ${resource} are used`;
  const says = `ResourceQuota ${namespace}/${name} has no room for a sidecar: ${stands}`;
  if (most === 0) return [problem(`${says}, and one takes more than all`, next)];
  if (left === 0) return [warning(`${says}; the next pod that asks is refused`, next)];
  if (left >= waiting) return [];
  const room = `ResourceQuota ${namespace}/${name} has room for ${left} more sidecars`;
  return [warning(`${room}, and ${waiting} pods run without theirs: ${stands}`, next)];
}
