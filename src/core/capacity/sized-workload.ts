import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import type { Json } from '../compatibility/fit-object.ts';
import { askOf } from '../decision/opt-in/ask.ts';
import type { Reason } from '../decision/reasons.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { type Labels, labelsOf, ownValue, type Pod, readPod } from '../kubernetes/pod.ts';
import { podCountOf } from '../kubernetes/pod-count.ts';
import { podOfWorkload } from '../kubernetes/workload.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { featureLabel } from '../rollout/stage-labels.ts';
import { stagesHere, stagesOf } from '../rollout/stage-members.ts';
import { leadingTo } from '../traffic/traffic-services.ts';
import type { At } from './moments.ts';
import { type Rendered, renderedSidecar, type SizingContext } from './rendered-sidecar.ts';

/** Where a rollout stands: its plan, and the stage that is opened next. */
export interface NextStage {
  readonly plan: RolloutPlan;
  /** Undefined when all are open. */
  readonly next: RolloutStage | undefined;
}

/** Where a rollout stands by its plan: the first stage that is closed is the next; undefined where there is no plan. */
export const nextStageOf = (plan: RolloutPlan | undefined): NextStage | undefined =>
  plan && { plan, next: stagesHere(plan).find(({ state }) => state === 'Closed') };

/** A workload, and what its sidecars would take. */
export interface SizedWorkload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly squad: string | undefined;
  readonly tribe: string | undefined;
  /** How many it is to have. */
  readonly pods: number;
  /** Its pod as it is written. */
  readonly spec: Json;
  /** The labels by which it finds its pods; undefined for one that says none. */
  readonly selector: unknown;
  /** Whether a Service that says something about its traffic leads to it. */
  readonly leadTo: boolean;
  /** Whether the next stage covers it. */
  readonly inStage: boolean;
  /** By what is decided today; what would be if it opted in as the stage asks; what would be if everything did. */
  readonly rendered: At<Rendered>;
}

/**
 * What the sidecars of a workload take, now and later. Later each pod asks for its sidecar in a namespace that is enabled, unless it says that it
 * wants none.
 * @returns undefined for what creates no pods, or none that can be read
 */
export function sizedWorkload(
  object: unknown,
  namespaceOf: (name: string | undefined) => Namespace,
  context: SizingContext,
  rollout?: NextStage,
): SizedWorkload | undefined {
  const made = podOfWorkload(object);
  const read = made && readPod(made.pod);
  if (made === undefined || read === undefined || 'problems' in read) return undefined;
  const namespace = namespaceOf(made.namespace);
  const { policy } = context;
  const { tribe, squad } = policy.spec.ownership;
  const labels = labelsOf(read.pod);
  const stages = rollout === undefined ? [] : stagesOf(rollout.plan, namespace, labels);
  const next = stages.find((stage) => stage === rollout?.next);
  const rendering = (pod: Pod, within: Namespace) => renderedSidecar(pod, within, context, true);
  const asking = asked(read.pod, policy);
  const later = (covering: readonly RolloutStage[]) => rendering(asking, enabled(namespace, covering, policy));
  const now = rendering(read.pod, namespace);
  return {
    namespace: namespace.name,
    kind: made.kind,
    name: made.name,
    squad: ownValue(labels, squad.workloadLabel),
    tribe: ownValue(namespace.labels, tribe.namespaceLabel),
    pods: podCountOf(object),
    spec: fieldsOf(read.pod.spec),
    selector: fieldsOf(fieldsOf(object).spec).selector,
    leadTo: leadingTo(context.services, namespace.name, labels).length > 0,
    inStage: next !== undefined,
    rendered: { now, afterStage: next === undefined ? now : later([next]), everything: later(stages) },
  };
}

/** The same pod, asking for its sidecar; one that says that it wants none goes on saying so. */
function asked(pod: Pod, { spec: { optIn } }: ActivePolicy): Pod {
  if (askOf(pod, optIn.podKey).says === 'no') return pod;
  const labels: Labels = { ...labelsOf(pod), [optIn.podKey]: 'true' };
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

/** The namespace as it is labelled when these stages are open. */
function enabled(namespace: Namespace, stages: readonly RolloutStage[], { spec: { optIn } }: ActivePolicy): Namespace {
  const features = stages.flatMap(({ features: names = [] }) => names.map((name) => [featureLabel(name), 'enabled']));
  const { key, enabled: open } = optIn.namespaceLabel;
  return { ...namespace, labels: { ...namespace.labels, ...Object.fromEntries(features), [key]: open } };
}

/** Why a workload has no sidecar at the end, where that is so. */
export const neverBecause = ({ rendered: { everything } }: SizedWorkload): Reason | undefined =>
  everything.sidecar === undefined ? everything.reason : undefined;
