import { visitPods, workloadsIn } from '../cluster/explained/pods-of.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { REVISION_LABEL } from '../core/decision/opt-in/keys.ts';
import { namespaceAnswer } from '../core/decision/opt-in/rules.ts';
import { explanationOf, type SkipReason } from '../core/decision/reasons.ts';
import { metadataOf } from '../core/kubernetes/metadata.ts';
import { type Owner, ownerOf } from '../core/kubernetes/owner.ts';
import { ownValue, readPod } from '../core/kubernetes/pod.ts';
import { podOfWorkload } from '../core/kubernetes/workload.ts';
import { type NamespaceStamps, stampsIn } from '../core/namespaces/stamps.ts';
import { shellWord } from '../core/problem/shell-word.ts';
import { type ByHand, byHandOfSettings } from '../core/rollout/by-hand.ts';
import { type DecisionCount, newDecisionsTally } from '../core/running/decisions-tally.ts';
import { explainRunning } from '../core/running/explained-running.ts';
import { isRestartable, type NextStep } from '../core/running/next-step.ts';
import { sentAgain } from '../core/running/sent-again.ts';
import { newStatesTally, type StatesSum } from '../core/running/states-tally.ts';
import { allKnown } from '../core/simulation/known-labels.ts';
import { simulatePod } from '../core/simulation/simulate-pod.ts';
import type { ExplainingLive } from './explained-live.ts';

type Json = Readonly<Record<string, unknown>>;

/** Everything about a namespace. */
export interface NamespaceExplanation {
  readonly kind: 'Namespace';
  readonly name: string;
  readonly policy: { readonly name: string; readonly revision: string };
  /** Whether pods may ask there, and why not. */
  readonly optIn: {
    readonly open: boolean;
    readonly reason?: SkipReason;
    readonly labels: Readonly<Record<string, string>>;
  };
  /** Who opened and closed it, as Pillion wrote there. */
  readonly stamps: NamespaceStamps;
  readonly decisions: readonly DecisionCount[];
  readonly pods: StatesSum;
  readonly next?: NextStep;
}

/**
 * Explains a namespace of a cluster with everything that runs there.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function explainNamespace(
  transport: KubeTransport,
  object: Json,
  { context }: ExplainingLive,
): Promise<NamespaceExplanation> {
  const { policy } = context;
  const { name: told, annotations } = metadataOf(object);
  const name = String(told);
  const { labels } = context.namespaces.get(name);
  const reason = policy.protectedNamespaces.has(name)
    ? 'namespace-protected'
    : namespaceAnswer(labels, policy.spec.optIn);
  const decisions = newDecisionsTally();
  const decidedNow = (one: Json) => {
    const sent = one.kind === 'Pod' ? sentAgain(one, policy.spec.optIn.podKey) : one;
    const workload = podOfWorkload(sent);
    if (workload === undefined) return undefined;
    const whole = { pod: workload.pod, namespace: { name, known: allKnown(labels) }, services: context.services };
    const simulated = simulatePod({ ...whole, asWritten: one.kind !== 'Pod' }, policy);
    return 'outcome' in simulated ? simulated.outcome : undefined;
  };
  const byHand = new Map<string, ByHand>();
  await workloadsIn(transport, name, (workload) => {
    const outcome = decidedNow(workload);
    if (outcome !== undefined) decisions.addWorkload(outcome, ownName(workload));
    const named = { kind: String(workload.kind), namespace: name, name: String(metadataOf(workload).name) };
    const kept = byHandOfSettings(named, workload, []);
    if (kept !== undefined) byHand.set(ownName(workload), kept);
  });
  const tally = newStatesTally();
  const drifted = new Map<string, Owner>();
  await visitPods(transport, name, (pod) => {
    const running = explainRunning(pod, name, context);
    if (running === undefined) return;
    tally.add(String(metadataOf(pod).name), running);
    const outcome = decidedNow(pod);
    if (outcome !== undefined) decisions.addPod(outcome);
    const read = readPod(pod);
    const owner = 'pod' in read ? ownerOf(read.pod) : undefined;
    if (DRIFTED.has(running.state) && owner !== undefined && isRestartable(owner))
      drifted.set(`${owner.kind}/${owner.name}`, owner);
  });
  const next = drifted.size > 0 ? restarts(name, drifted, byHand) : optInStep(name, reason, context.policy.spec.optIn);
  const { key } = policy.spec.optIn.namespaceLabel;
  const read = [key, REVISION_LABEL].flatMap((one) => {
    const value = ownValue(labels, one);
    return value === undefined ? [] : [[one, value] as const];
  });
  return {
    kind: 'Namespace',
    name,
    policy: { name: policy.name, revision: policy.revision },
    optIn: { open: reason === undefined, ...(reason && { reason }), labels: Object.fromEntries(read) },
    stamps: stampsIn(annotations),
    decisions: decisions.counts(),
    pods: tally.sum(),
    ...(next && { next }),
  };
}

// one command line
const MOST_RESTARTED = 10;
const DRIFTED: ReadonlySet<string> = new Set(['stale', 'missing', 'unwanted']);

const ownName = (object: Json): string => `${String(object.kind)}/${String(metadataOf(object).name)}`;

/** How the pods of these workloads are replaced: by one command, but for those whose settings keep it from it. */
function restarts(
  namespace: string,
  drifted: ReadonlyMap<string, Owner>,
  byHand: ReadonlyMap<string, ByHand>,
): NextStep {
  const sorted = [...drifted].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const restarted = sorted.filter(([owner]) => !byHand.has(owner));
  const more = restarted.length - MOST_RESTARTED;
  const kept = sorted.flatMap(([owner, { kind, name }]) => {
    const why = byHand.get(owner);
    return why === undefined ? [] : [`${kind} ${name} ${why.says}.`];
  });
  const unnamed = kept.length - MOST_RESTARTED;
  const says = [
    `Start the pods anew whose sidecar is not as it would be now${more > 0 ? `; ${more} workloads more are left for later` : ''}.`,
    ...kept.slice(0, MOST_RESTARTED),
    ...(unnamed > 0 ? [`So it is with ${unnamed} workloads more.`] : []),
  ];
  const words = restarted
    .slice(0, MOST_RESTARTED)
    .map(([, { kind, name }]) => shellWord(`${kind.toLowerCase()}/${name}`));
  return {
    says: says.join(' '),
    ...(words.length > 0 && { command: `kubectl -n ${shellWord(namespace)} rollout restart ${words.join(' ')}` }),
  };
}

function optInStep(
  name: string,
  reason: SkipReason | undefined,
  { namespaceLabel: { key, enabled }, revision }: ExplainingLive['context']['policy']['spec']['optIn'],
): NextStep | undefined {
  if (reason === undefined) return undefined;
  const { hint } = explanationOf(reason);
  if (reason === 'namespace-protected') return { says: hint };
  const label = reason === 'other-revision' ? `${REVISION_LABEL}=${revision}` : `${key}=${enabled}`;
  return { says: hint, command: `kubectl label namespace ${shellWord(name)} ${shellWord(label)} --overwrite` };
}
