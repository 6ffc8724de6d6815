import { decideWorkloads } from '../../core/admission/decided-workloads.ts';
import { contextUnder } from '../../core/admission/decision-context.ts';
import { checkWorkload } from '../../core/compatibility/check-workload.ts';
import { fitObjectOf } from '../../core/compatibility/fit-object.ts';
import { surroundingsOf } from '../../core/compatibility/surroundings.ts';
import { told } from '../../core/dashboard/cluster-tally.ts';
import { type KnownWorkload, workloadRow } from '../../core/dashboard/known-workload.ts';
import { checksOf, findingOf, settingsOf } from '../../core/dashboard/told-decision.ts';
import type { WorkloadDetail } from '../../core/dashboard/workloads.ts';
import { explanationOf } from '../../core/decision/reasons.ts';
import { fieldsOf } from '../../core/json/fields-of.ts';
import { isoTime } from '../../core/json/iso-time.ts';
import { manifestObjects } from '../../core/kubernetes/manifest-files.ts';
import { labelsOf, ownValue } from '../../core/kubernetes/pod.ts';
import { stageFinder } from '../../core/rollout/stage-members.ts';
import { explainRunning } from '../../core/running/explained-running.ts';
import { type NextStep, nextStep } from '../../core/running/next-step.ts';
import { sentAgain } from '../../core/running/sent-again.ts';
import { SIDECAR_STATES, type SidecarState } from '../../core/running/sidecar-state.ts';
import { MOST_EXAMPLES } from '../../core/running/states-tally.ts';
import { worstFirst } from '../../core/running/worst-first.ts';
import type { JudgedPod } from '../../core/scan/judged-pod.ts';
import { nextStep as nextOfPod } from '../../core/scan/next-step.ts';
import { NO_TRAFFIC_SERVICES } from '../../core/traffic/traffic-services.ts';
import { visitStandingPodsOf } from '../explained/standing-pods-of.ts';
import { isNamespaceName } from '../read-namespace.ts';
import { readSurroundings } from '../read-surroundings.ts';
import { parseWorkload, readWorkload, type WorkloadReference } from '../read-workload.ts';
import { scanPods } from '../scan/scan-pods.ts';
import type { ClusterView } from './cluster-view.ts';
import type { DashboardSources } from './dashboard-sources.ts';

type Json = Readonly<Record<string, unknown>>;

const MOST_PODS = 100;

/**
 * Reads one workload with its pods and tells everything about it, as `pillion explain` and `pillion check` do.
 * @returns undefined where there is no such workload
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
async function readWorkloadDetail(
  sources: DashboardSources,
  namespace: string,
  reference: WorkloadReference,
  plan: ClusterView['plan'],
): Promise<WorkloadDetail | undefined> {
  const { transport, snapshot, now } = sources;
  const { policy, services = NO_TRAFFIC_SERVICES } = snapshot();
  const objects = await readWorkload(transport, reference, namespace);
  const [object] = (objects ?? []) as readonly Json[];
  if (objects === undefined || object === undefined) return undefined;
  const isPod = object.kind === 'Pod';
  const sent = isPod ? sentAgain(object, policy.spec.optIn.podKey) : object;
  const asText = (one: object) => ({ file: `${reference.resource.kind}/${reference.name}`, text: JSON.stringify(one) });
  const read = manifestObjects([sent, ...objects.slice(1)].map(asText));
  const { context: known } = contextUnder({ active: policy, shadows: [] }, read, { namespace }, now());
  const context = { ...known, services };
  const [decided] = decideWorkloads(read, context);
  if (decided === undefined) return undefined;
  const { record } = decided.decision;
  const pods: { readonly name: string; readonly state: SidecarState }[] = [];
  if (isPod) {
    const running = explainRunning(object, namespace, context);
    if (running !== undefined) pods.push({ name: reference.name, state: running.state });
  } else
    await visitStandingPodsOf(transport, object, namespace, record, context, (name, { state }) =>
      pods.push({ name, state }),
    );
  const of = namespacesOf(context, namespace);
  const around = (await readSurroundings(transport, namespace)).objects.flatMap((one) => fitObjectOf(one, '') ?? []);
  const workload = fitObjectOf(sent, namespace);
  const { metadata } = fieldsOf(decided.workload.pod);
  const podMetadata = { metadata: fieldsOf(metadata) };
  const fits =
    workload === undefined || policy.protectedNamespaces.has(namespace)
      ? undefined
      : checkWorkload(decided.workload, workload, {
          ...{ policy, services, namespace: of },
          around: surroundingsOf(around, workload, podMetadata),
        });
  const labels = labelsOf(podMetadata);
  const { tribe, squad } = policy.spec.ownership;
  const states = new Map<SidecarState, number>();
  for (const { state } of pods) states.set(state, (states.get(state) ?? 0) + 1);
  const row: KnownWorkload = {
    ...{ namespace, owner: `${reference.resource.kind}/${reference.name}`, states },
    tribe: ownValue(of.labels, tribe.namespaceLabel),
    squad: ownValue(labels, squad.workloadLabel),
    stages: stageFinder(plan)(of, labels).map(({ name }) => name),
    ...{ verdict: told(record.verdict), reason: record.reason },
    compatibility: fits,
    findings: (fits?.findings ?? []).filter(({ suppressed }) => suppressed === undefined).length,
  };
  const { apiVersion, kind } = reference.resource;
  const step = nextStep({
    ...{ namespace, record, policy, policyInCluster: sources.files === undefined },
    workload: isPod ? undefined : { apiVersion, kind, name: reference.name },
    standing: object,
    ...(isPod && { pod: reference.name }),
    states: worstFirst(states.keys()),
    podsOf: (wanted) => pods.flatMap(({ name, state }) => (state === wanted ? [name] : [])).slice(0, MOST_EXAMPLES),
  });
  const snapshotOf = { policy, services, namespaces: new Map([[namespace, of]]) };
  return {
    asOf: isoTime(now()),
    row: workloadRow(row),
    rule: record.rule,
    also: [...record.also],
    hints: record.hints.map(({ message }) => message),
    checks: checksOf(decided, snapshotOf, !isPod),
    settings: settingsOf(decided),
    findings: (fits?.findings ?? []).map(findingOf),
    pods: pods.slice(0, MOST_PODS).map(({ name, state }) => podRow(name, state, namespace, row.owner)),
    next: nextSteps(step, row),
  };
}

const namespacesOf = ({ namespaces }: ReturnType<typeof contextUnder>['context'], name: string) => namespaces.get(name);

function podRow(name: string, state: SidecarState, namespace: string, owner: string): WorkloadDetail['pods'][number] {
  const next = nextOfPod({ namespace, pod: name, owner, state });
  return { name, state, says: SIDECAR_STATES[state], ...(next !== undefined && { next }) };
}

/** What to do, commands in backticks. */
function nextSteps(step: NextStep | undefined, { verdict, reason }: KnownWorkload): string[] {
  if (step !== undefined) return [step.command === undefined ? step.says : `${step.says} \`${step.command}\``];
  return verdict === 'inject' || reason === 'already-injected' ? [] : [explanationOf(reason).hint];
}

/** What is known of the cluster as a whole, each read only where it is needed: rows are those of all pods. */
export interface KnownOfCluster {
  readonly plan: () => Promise<ClusterView['plan']>;
  readonly view: () => Promise<ClusterView>;
}

/**
 * The same for whatever makes pods. What is of a kind of others is told by its first pod.
 * @param query the kind as rows name it
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readAnyWorkload(
  sources: DashboardSources,
  { namespace, kind, name }: { readonly namespace: string; readonly kind: string; readonly name: string },
  known: KnownOfCluster,
): Promise<WorkloadDetail | undefined> {
  if (!isNamespaceName(namespace)) return undefined;
  const reference = parseWorkload(`${kind}/${name}`);
  if (reference !== undefined && reference.resource.kind === kind)
    return await readWorkloadDetail(sources, namespace, reference, await known.plan());
  const view = await known.view();
  const owner = `${kind}/${name}`;
  const row = view.figures.workloads.find((one) => one.namespace === namespace && one.owner === owner);
  if (row === undefined) return undefined;
  const pods: JudgedPod[] = [];
  await scanPods(
    sources.transport,
    view,
    (judged) => {
      if (judged.owner === owner) pods.push(judged);
    },
    { only: namespace },
  );
  const [first] = pods;
  const pod = first && parseWorkload(`pod/${first.pod}`);
  const detail = pod && (await readWorkloadDetail(sources, namespace, pod, view.plan));
  if (detail === undefined) return undefined;
  return {
    ...detail,
    row: workloadRow(row),
    pods: pods.slice(0, MOST_PODS).map((judged) => podRow(judged.pod, judged.state, namespace, owner)),
  };
}
