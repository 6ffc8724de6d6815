import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { fitObjectOf } from '../../core/compatibility/fit-object.ts';
import { type ClusterFigures, ClusterTally } from '../../core/dashboard/cluster-tally.ts';
import type { Remark } from '../../core/dashboard/document.ts';
import type { JudgedTemplates, NamespaceAround } from '../../core/dashboard/judged-templates.ts';
import { namespaceRow } from '../../core/dashboard/namespace-pages.ts';
import { compareTexts } from '../../core/dashboard/page-of.ts';
import { slimObject } from '../../core/dashboard/slim-object.ts';
import type { NamespaceRow } from '../../core/dashboard/workloads.ts';
import { digest } from '../../core/json/canonical.ts';
import { isoTime } from '../../core/json/iso-time.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import { coversNamespace, stageFinder, stagesHere } from '../../core/rollout/stage-members.ts';
import { sentAgain } from '../../core/running/sent-again.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { inSteps } from '../in-turns.ts';
import { listWorkloads } from '../listed-workloads.ts';
import { liveNamespaces } from '../live-namespaces.ts';
import { readJson } from '../read-json.ts';
import { readSurroundings } from '../read-surroundings.ts';
import { parseWorkload, rootOf } from '../read-workload.ts';
import { scanPods } from '../scan/scan-pods.ts';
import type { KubeTransport } from '../transport.ts';
import { readPlan } from './read-plan.ts';
import { Remarks, remarkOnHidden } from './what-failed.ts';

/** A cluster as it stood when it was read, in rows: no object of it is kept. */
export interface ClusterView extends PodSurroundings {
  /** RFC 3339. */
  readonly asOf: string;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly plan: RolloutPlan | undefined;
  readonly figures: ClusterFigures;
  /** Whether the pods may be read: without them nothing is known of how far anything is. */
  readonly podsCounted: boolean;
  /** By name. */
  readonly rows: readonly NamespaceRow[];
  readonly remarks: readonly Remark[];
}

// ReplicaSets of Deployments would be ten times as many objects: those of their own are found by their pods
const SEEN_AMONG_PODS = ['Pod', 'ReplicaSet'];
// each is a call of its own, and nobody has many
const MOST_REPLICA_SETS = 200;
// what is parsed of a page at once, so that reviews wait no longer for it
const WORKLOADS_AT_ONCE = 50;

/**
 * Reads the pods and workloads of a cluster page by page and judges each by what decides now. What may not be read is told, and the rest counts.
 * @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError
 */
export async function readClusterView(
  transport: KubeTransport,
  surroundings: PodSurroundings,
  templates: JudgedTemplates,
  { now, progress }: { readonly now: Date; readonly progress: (pods: number) => void },
): Promise<ClusterView> {
  const { policy, services } = surroundings;
  const remarks = new Remarks();
  const namespaces = await liveNamespaces(transport);
  const { plan, remarks: ofPlan } = await readPlan(transport);
  remarks.add(...ofPlan);
  const stagesOf = stageFinder(plan);
  const tally = new ClusterTally(surroundings, stagesOf);
  const around = await readAround(transport, remarks);
  templates.begin(surroundings);
  const addTemplate = (object: unknown, of: string) => {
    const namespace = namespaces.get(of);
    const judged = namespace && templates.judge(object, namespace, around(of), stagesOf);
    if (judged !== undefined) tally.addTemplate(judged);
  };
  const scanned = await remarks.unless('pods', async () => {
    await scanPods(transport, { ...surroundings, namespaces }, (judged, pod, namespace) => {
      tally.addPod(judged, pod, namespace);
      progress(tally.pods);
      if (!judged.owner.startsWith('Pod/')) return;
      // the items of a list say neither
      const bare = { ...sentAgain(pod, policy.spec.optIn.podKey), apiVersion: 'v1', kind: 'Pod' };
      addTemplate(bare, namespace.name);
    });
    return true;
  });
  await remarks.unless('workloads', async () => {
    const add = (object: unknown) => addTemplate(object, fitObjectOf(object, '')?.namespace ?? '');
    await listWorkloads(transport, undefined, add, { without: SEEN_AMONG_PODS, pageSize: WORKLOADS_AT_ONCE });
    for (const { namespace, owner } of tally.withoutTemplate('ReplicaSet').slice(0, MOST_REPLICA_SETS)) {
      const { resource, name } = parseWorkload(owner) ?? {};
      if (resource === undefined) continue;
      const path = `${rootOf(resource)}/namespaces/${namespace}/${resource.plural}/${name}`;
      const object = await readJson<object>(transport, path);
      if (object !== undefined) addTemplate(object, namespace);
    }
  });
  const figures = await inSteps(tally.figures());
  const stages = plan === undefined ? [] : stagesHere(plan);
  const rows = [...namespaces.values()]
    .sort((one, other) => compareTexts(one.name, other.name))
    .map((namespace) => {
      const ofNamespace = stages.filter((one) => coversNamespace(one, namespace)).map(({ name }) => name);
      return namespaceRow(namespace, ofNamespace, figures.namespaces.get(namespace.name), policy);
    });
  return {
    ...{ policy, services, namespaces, plan, figures, rows, podsCounted: scanned ?? false },
    asOf: isoTime(now),
    remarks: remarks.all,
  };
}

const NOTHING: NamespaceAround = { objects: [], digest: '' };

/** What stands around the workloads of each namespace. */
async function readAround(transport: KubeTransport, remarks: Remarks): Promise<(namespace: string) => NamespaceAround> {
  const { objects, hidden } = await readSurroundings(transport, undefined, slimObject);
  remarks.add(...remarkOnHidden(hidden, 'findings'));
  const byNamespace = Map.groupBy(
    objects.flatMap((object) => fitObjectOf(object, '') ?? []),
    ({ namespace }) => namespace,
  );
  const known = new Map<string, NamespaceAround>();
  return (namespace) => {
    const of = byNamespace.get(namespace);
    if (of === undefined) return NOTHING;
    const around = known.get(namespace) ?? {
      objects: of,
      digest: digest(JSON.stringify(of.map(({ value }) => value))),
    };
    known.set(namespace, around);
    return around;
  };
}
