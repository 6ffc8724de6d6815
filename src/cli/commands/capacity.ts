import { stringify } from 'yaml';
import { type Capacity, capacityOf } from '../../core/capacity/capacity.ts';
import { istiodValues } from '../../core/capacity/control-plane.ts';
import { comingMoment } from '../../core/capacity/moments.ts';
import { type Recommendation, recommendedFor } from '../../core/capacity/recommended.ts';
import { recommendedPolicy } from '../../core/capacity/recommended-policy.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { CapacityFlags } from '../capacity-flags.ts';
import { type CapacitySource, capacityOfCluster, capacityOfFiles } from '../capacity-sources.ts';
import { withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { capacityText } from '../output/capacity.ts';
import { capacityDocument } from '../output/capacity-document.ts';
import { FOR_KUBECTL, structured } from '../output/structured.ts';

/**
 * `pillion capacity`: what sidecars take now, after the next stage, and when every workload has one that can.
 * @returns 1 when a quota or the nodes lack something for what comes next; else 0
 * @throws Fault PIL001, PIL002, PIL003, PIL004, PIL006
 */
export async function capacity(flags: CapacityFlags, environment: Environment): Promise<number> {
  const source =
    flags.file === undefined
      ? await withCluster(flags, (transport) => capacityOfCluster(transport, flags, environment))
      : await capacityOfFiles(flags.file, flags, environment);
  const figures = capacityOf(source.input);
  const recommended = recommendations(source, flags);
  environment.stdout(printed(figures, recommended, source, flags, environment));
  return lacks(figures) ? 1 : 0;
}

function printed(
  figures: Capacity,
  recommended: readonly Recommendation[],
  source: CapacitySource,
  flags: CapacityFlags,
  environment: Environment,
): string {
  const { output } = flags;
  if (output === 'helm-values') return helmValues(figures);
  if (output === 'patch') return patchOf(recommended, source, environment);
  const told = { figures, recommended, use: source.use, top: flags.top, margins: marginsOf(flags) };
  return output === 'human' ? capacityText(told, environment) : structured(capacityDocument(told), output);
}

const marginsOf = ({ percentile, margin }: CapacityFlags) => ({ percentile, marginPercent: margin });

/** Whether something has to be done before what comes next. */
function lacks({ stage, quotas, nodes }: Capacity): boolean {
  const moment = comingMoment({ stage });
  return quotas.some(({ lacking }) => lacking[moment] > 0) || (nodes?.[moment].pending ?? 0) > 0;
}

function recommendations({ input, use }: CapacitySource, flags: CapacityFlags): readonly Recommendation[] {
  if (use === undefined || input.pods === undefined) return [];
  const key = (namespace: string, name: string) => `${namespace}/${name}`;
  const ownersOf = new Map(input.pods.map(({ namespace, name, owners }) => [key(namespace, name), owners]));
  const known = new Map(input.workloads.map((one) => [key(one.namespace, `${one.kind}/${one.name}`), one]));
  const byWorkload = Map.groupBy(use.proxies, ({ namespace, pod }) =>
    (ownersOf.get(key(namespace, pod)) ?? []).map((owner) => known.get(key(namespace, owner))).find(Boolean),
  );
  return [...byWorkload].flatMap(
    ([workload, used]) => (workload && recommendedFor(workload, used, marginsOf(flags))) ?? [],
  );
}

/** @throws Fault PIL004 when no sidecar needs a control plane */
function helmValues({ controlPlane, stage }: Capacity): string {
  const need = controlPlane[comingMoment({ stage })] ?? controlPlane.everything;
  if (need !== undefined) return stringify(istiodValues(need), FOR_KUBECTL);
  throw new Fault('PIL004', [
    { path: '', message: 'no workload has a profile of kind Istio, so there is no istiod to size; name such a policy' },
  ]);
}

/** @throws Fault PIL004 when nothing is known of what sidecars use */
function patchOf(
  recommended: readonly Recommendation[],
  { input, profiles }: CapacitySource,
  { stderr }: Environment,
): string {
  const { documents, untold } = recommendedPolicy(input.policy, profiles, recommended);
  if (untold.length > 0) {
    const names = untold.map(({ workload }) => `${workload.kind} ${workload.namespace}/${workload.name}`).join(', ');
    stderr(`left out, since no labels select their pods: ${names}\n`);
  }
  if (recommended.length > untold.length)
    return documents.map((document) => stringify(document, FOR_KUBECTL)).join('---\n');
  throw new Fault('PIL004', [
    {
      path: '',
      message:
        'what sidecars use is not known: the cluster serves no metrics API with sidecars in it; name a Prometheus with --prometheus',
    },
  ]);
}
