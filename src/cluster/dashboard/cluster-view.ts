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
import type { Labels } from '../../core/kubernetes/pod.ts';
import { coversNamespace, stageMatcher, stagesHere } from '../../core/rollout/stage-members.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { listWorkloads } from '../listed-workloads.ts';
import { liveNamespaces } from '../live-namespaces.ts';
import { readSurroundings } from '../read-surroundings.ts';
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
  /** By name. */
  readonly rows: readonly NamespaceRow[];
  readonly remarks: readonly Remark[];
}

// the pods of a standalone ReplicaSet and bare pods are seen among the pods; those of Deployments would be ten times as many objects
const SEEN_AMONG_PODS = ['Pod', 'ReplicaSet'];
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
  now: Date,
): Promise<ClusterView> {
  const { policy, services } = surroundings;
  const remarks = new Remarks();
  const namespaces = await liveNamespaces(transport);
  const plan = await readPlan(transport, remarks);
  const stageOf = stageFinder(plan);
  const tally = new ClusterTally(surroundings, stageOf);
  await scanPods(transport, { ...surroundings, namespaces }, (...judged) => tally.addPod(...judged));
  const around = await readAround(transport, remarks);
  templates.begin(surroundings);
  await remarks.unless('workloads', () =>
    listWorkloads(
      transport,
      undefined,
      (object) => {
        const namespace = namespaces.get(fitObjectOf(object, '')?.namespace ?? '');
        const judged = namespace && templates.judge(object, namespace, around(namespace.name), stageOf);
        if (judged !== undefined) tally.addTemplate(judged);
      },
      { without: SEEN_AMONG_PODS, pageSize: WORKLOADS_AT_ONCE },
    ),
  );
  const figures = tally.figures();
  const stages = plan === undefined ? [] : stagesHere(plan);
  const rows = [...namespaces.values()]
    .sort((one, other) => compareTexts(one.name, other.name))
    .map((namespace) => {
      const stage = stages.find((one) => coversNamespace(one, namespace))?.name;
      return namespaceRow(namespace, stage, figures.namespaces.get(namespace.name), policy);
    });
  return {
    ...{ policy, services, namespaces, plan, figures, rows },
    asOf: isoTime(now),
    remarks: remarks.all,
  };
}

/** To which stage of a plan pods belong, made ready to be asked of many. */
function stageFinder(plan: RolloutPlan | undefined): (namespace: Namespace, podLabels: Labels) => string | undefined {
  const stages = (plan === undefined ? [] : stagesHere(plan)).map((stage) => ({
    name: stage.name,
    covers: stageMatcher(stage),
  }));
  return (namespace, podLabels) => stages.find(({ covers }) => covers(namespace, podLabels))?.name;
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
