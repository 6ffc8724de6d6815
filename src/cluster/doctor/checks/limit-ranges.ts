import { type Finding, orOk, problem, someOf } from '../../../core/doctor/finding.ts';
import { type LimitRange, outsideOf } from '../../../core/doctor/limit-range.ts';
import { sidecarContainers } from '../../../core/doctor/sidecar-containers.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

/** Whether the LimitRanges of the namespaces that opted in allow the sidecar as it is rendered. */
export const limitRanges: Check = byPolicy(async (patient, policy) => {
  const ranges = await patient.everywhere<LimitRange>('/api/v1', 'limitranges');
  const open = new Map((await patient.open()).map((namespace) => [namespace.name, namespace]));
  let looked = 0;
  const found: Finding[] = [];
  for (const range of ranges) {
    const namespace = open.get(range.metadata.namespace);
    if (namespace === undefined) continue;
    looked += 1;
    const around = ranges.filter(({ metadata }) => metadata.namespace === namespace.name);
    const outside = outsideOf(range, sidecarContainers(namespace, policy), around);
    const { name } = range.metadata;
    if (outside.length > 0)
      found.push(
        problem(
          `LimitRange ${namespace.name}/${name} refuses pods with a sidecar: ${someOf(outside)}`,
          `kubectl -n ${namespace.name} edit limitrange ${name}`,
        ),
      );
  }
  return orOk(found, looked === 0 ? 'no LimitRange bounds sidecars' : `${looked} LimitRanges allow the sidecar`);
});
