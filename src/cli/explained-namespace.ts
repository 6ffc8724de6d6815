import { visitPods, workloadsIn } from '../cluster/explained/pods-of.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import { REVISION_LABEL } from '../core/decision/opt-in/keys.ts';
import { namespaceAnswer } from '../core/decision/opt-in/rules.ts';
import { explanationOf, type SkipReason } from '../core/decision/reasons.ts';
import { metadataOf } from '../core/kubernetes/metadata.ts';
import { ownerOf } from '../core/kubernetes/owner.ts';
import { ownValue, readPod } from '../core/kubernetes/pod.ts';
import { podOfWorkload } from '../core/kubernetes/workload.ts';
import { type NamespaceStamps, stampsIn } from '../core/namespaces/stamps.ts';
import { shellWord } from '../core/problem/shell-word.ts';
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
  await workloadsIn(transport, name, (workload) => {
    const outcome = decidedNow(workload);
    if (outcome !== undefined) decisions.addWorkload(outcome, ownName(workload));
  });
  const tally = newStatesTally();
  const drifted = new Map<string, string>();
  await visitPods(transport, name, (pod) => {
    const running = explainRunning(pod, name, context);
    if (running === undefined) return;
    tally.add(String(metadataOf(pod).name), running);
    const outcome = decidedNow(pod);
    if (outcome !== undefined) decisions.addPod(outcome);
    const read = readPod(pod);
    const owner = 'pod' in read ? ownerOf(read.pod) : undefined;
    if (DRIFTED.has(running.state) && owner !== undefined && isRestartable(owner))
      drifted.set(`${owner.kind}/${owner.name}`, `${owner.kind.toLowerCase()}/${owner.name}`);
  });
  const next = stepFor(name, reason, [...drifted.values()].sort(), context.policy.spec.optIn);
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

function stepFor(
  name: string,
  reason: SkipReason | undefined,
  drifted: readonly string[],
  { namespaceLabel: { key, enabled }, revision }: ExplainingLive['context']['policy']['spec']['optIn'],
): NextStep | undefined {
  if (drifted.length > 0) {
    const more = drifted.length - MOST_RESTARTED;
    const words = drifted.slice(0, MOST_RESTARTED).map(shellWord).join(' ');
    return {
      says: `Start the pods anew whose sidecar is not as it would be now${more > 0 ? `; ${more} workloads more are left for later` : ''}.`,
      command: `kubectl -n ${shellWord(name)} rollout restart ${words}`,
    };
  }
  if (reason === undefined) return undefined;
  const { hint } = explanationOf(reason);
  if (reason === 'namespace-protected') return { says: hint };
  const label = reason === 'other-revision' ? `${REVISION_LABEL}=${revision}` : `${key}=${enabled}`;
  return { says: hint, command: `kubectl label namespace ${shellWord(name)} ${shellWord(label)} --overwrite` };
}
