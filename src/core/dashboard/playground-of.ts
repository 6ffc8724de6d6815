import type { Static } from 'typebox';
import { type DecidedWorkload, decideWorkloads, type ExplainContext } from '../admission/decided-workloads.ts';
import { contextUnder } from '../admission/decision-context.ts';
import { checkWorkload } from '../compatibility/check-workload.ts';
import { type FitObject, fitObjectOf } from '../compatibility/fit-object.ts';
import { surroundingsOf } from '../compatibility/surroundings.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { isoDay } from '../json/iso-time.ts';
import { type ManifestObject, manifestObjectsOf } from '../kubernetes/manifest-objects.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { podOfWorkload } from '../kubernetes/workload.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Source } from '../policy/load.ts';
import { wholePolicyOf } from '../policy/whole-policy.ts';
import type { Problem } from '../problem/problem.ts';
import { readDocuments } from '../yaml/documents.ts';
import type { PlaygroundAnswer, PlaygroundQuestion, TextProblem } from './playground.ts';
import { findingOf } from './told-decision.ts';
import { triedAnswer } from './tried-answer.ts';

/** What is in force where something is tried. */
export interface PlaygroundGround {
  readonly active: ActivePolicy;
  /** What a pasted policy hides: policy, profiles and plan in force. */
  readonly base: readonly Source[];
  readonly ownNamespace: string;
  /** A namespace with its labels, where the asker may see it. */
  readonly namespaceOf: (name: string) => Namespace | undefined;
  readonly now: Date;
}

type Told = Static<typeof TextProblem>;
type Tried = PlaygroundAnswer['workloads'][number];

/** So many workloads are tried at once: a page shows no more, and each takes some milliseconds. */
const MOST_TRIED = 50;

const NAMESPACE = 'default';

/**
 * Tries manifests by the policy in force, and by another one where it is pasted. Nothing of it is kept. What cannot be read is told with its
 * place, and the rest is tried all the same.
 */
export function playgroundOf(question: PlaygroundQuestion, ground: PlaygroundGround): PlaygroundAnswer {
  const { manifests, policy: pasted, namespace = NAMESPACE } = question;
  const read = readDocuments(manifests, 'manifests');
  const problems = read.problems.map((problem) => toldProblem('manifests', problem));
  const objects = read.documents.flatMap(manifestObjectsOf);
  const all = objects.filter(({ value }) => podOfWorkload(value) !== undefined);
  const workloads = all.slice(0, MOST_TRIED);
  if (all.length > workloads.length)
    problems.push(noted(`${all.length} workloads stand here, and the first ${MOST_TRIED} are tried; paste fewer`));
  if (all.length === 0 && problems.length === 0) problems.push(noted(NO_WORKLOADS));
  const other = pasted === undefined || pasted.trim() === '' ? undefined : policyIn(pasted, ground);
  problems.push(...(other !== undefined && 'problems' in other ? other.problems : []));
  const active = contextFor(ground.active, objects, workloads, namespace, ground);
  problems.push(...active.problems);
  const second =
    other !== undefined && 'policy' in other
      ? contextFor(other.policy, objects, workloads, namespace, ground).context
      : undefined;
  const around = objects.flatMap(({ value }) => fitObjectOf(value, namespace) ?? []);
  const tried = workloads.flatMap((object) => {
    try {
      return triedWorkload(object, active.context, second, around);
    } catch (error) {
      problems.push(notTried(object, error));
      return [];
    }
  });
  return { problems, workloads: tried };
}

const NO_WORKLOADS =
  'no document here makes pods; paste a Pod, Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job or CronJob';

const noted = (message: string): Told => ({ source: 'manifests', path: '', message });

function toldProblem(source: Told['source'], { line, column, path, message }: Problem): Told {
  return { source, ...(line !== undefined && { line }), ...(column !== undefined && { column }), path, message };
}

function notTried({ document, at }: ManifestObject, error: unknown): Told {
  const said = error instanceof Error ? error.message : String(error);
  return {
    ...{ source: 'manifests', ...document.place(at), path: at },
    message: `cannot be tried: ${said}; look at its fields, and report it where they are right`,
  };
}

function policyIn(
  text: string,
  { base, ownNamespace, now }: PlaygroundGround,
): { readonly policy: ActivePolicy } | { readonly problems: readonly Told[] } {
  const loaded = wholePolicyOf([{ file: 'policy', text }], base, { ownNamespace, today: isoDay(now) });
  if ('problems' in loaded) return { problems: loaded.problems.map((problem) => toldProblem('policy', problem)) };
  if ('several' in loaded)
    return {
      problems: [
        { source: 'policy', path: '', message: `holds several policies (${loaded.several.join(', ')}); paste one` },
      ],
    };
  return { policy: loaded.policy };
}

/** Decisions are made about the pasted objects alone; a pasted Namespace hides that of the cluster. */
function contextFor(
  policy: ActivePolicy,
  objects: readonly ManifestObject[],
  workloads: readonly ManifestObject[],
  namespace: string,
  { namespaceOf, now }: PlaygroundGround,
): { readonly context: ExplainContext; readonly problems: readonly Told[] } {
  const names = new Set(workloads.map(({ value }) => podOfWorkload(value)?.namespace ?? namespace));
  const known = [...names].flatMap((name) => namespaceOf(name) ?? []);
  const { context, problems } = contextUnder(
    { active: policy, shadows: [] },
    objects,
    { namespace },
    now,
    known.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
  );
  return { context, problems: problems.map((problem) => toldProblem('manifests', problem)) };
}

function triedWorkload(
  object: ManifestObject,
  active: ExplainContext,
  pasted: ExplainContext | undefined,
  around: readonly FitObject[],
): Tried[] {
  return decideWorkloads([object], active).map((decided) => {
    const { kind, namespace, name } = decided.decision;
    const [otherwise] = pasted === undefined ? [] : decideWorkloads([object], pasted);
    return {
      ...{ kind, namespace, name },
      namespaceKnown: active.namespaces.knows(namespace),
      active: triedAnswer(decided, active),
      ...(pasted !== undefined && otherwise !== undefined && { pasted: triedAnswer(otherwise, pasted) }),
      findings: findingsOf(decided, active, around),
    };
  });
}

function findingsOf(
  { workload: made, object: { value } }: DecidedWorkload,
  { policy, namespaces, services, defaultNamespace }: ExplainContext,
  objects: readonly FitObject[],
): Tried['findings'] {
  const workload = fitObjectOf(value, defaultNamespace);
  if (workload === undefined) return [];
  const namespace = namespaces.get(workload.namespace);
  const around = surroundingsOf(objects, workload, { metadata: fieldsOf(made.pod.metadata) });
  return checkWorkload(made, workload, { policy, namespace, services, around }).findings.map(findingOf);
}
