import { canonicalJson } from '../../core/json/canonical.ts';
import { isObject } from '../../core/json/is-object.ts';
import { conditionsOf, type JudgedObjects, type ObjectCondition } from '../../core/policy/object-conditions.ts';
import { ACTIVE_POLICY } from '../../core/policy/policy-objects.ts';
import type { DecidedPods } from '../decision-counts.ts';
import type { DifferingOwner, ShadowSummary } from '../shadow-summaries.ts';
import type { StandingPolicyObject } from './standing-objects.ts';

/** What a replica says of itself in the status of the policy that decides. */
export interface ReplicaStatus {
  readonly name: string;
  /** Of the policy by which it decides. */
  readonly revision: string;
  /** Of the object that it has judged last, whether it decides by it or not. */
  readonly observedGeneration: number;
  /** Since when it decides by that revision. */
  readonly since: string;
}

/** What a replica says of the policy that decides: also about how many pods it decided by it. */
type DecidingStatus = ReplicaStatus & DecidedPods;

/** What a replica says of a policy in mode Shadow: what that said since the replica asks it. */
export interface ShadowStatus extends ReplicaStatus, Pick<ShadowSummary, 'decisions' | 'differing' | 'failed'> {
  readonly recent: readonly RecentDifference[];
}

/** Whose pods a policy in mode Shadow would treat otherwise. */
interface RecentDifference extends Pick<DifferingOwner, 'namespace' | 'owner' | 'time'> {
  /** Such as `inject opted-in`. */
  readonly before: string;
  readonly after: string;
}

export interface StandingCondition extends ObjectCondition {
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

/**
 * The conditions that have to be written of an object.
 * @returns undefined when they stand already, or nothing can be said yet
 */
export function conditionsToWrite(
  object: StandingPolicyObject,
  judgement: JudgedObjects,
  now: Date,
): { readonly observedGeneration: number; readonly conditions: readonly StandingCondition[] } | undefined {
  const { generation: observedGeneration = 0 } = object.metadata;
  const standing = standingConditions(object);
  const conditions = conditionsOf(object.source, judgement).map((wanted) => {
    const before = standing.find(({ type }) => type === wanted.type);
    const since = before?.status === wanted.status ? before.lastTransitionTime : undefined;
    return { ...wanted, observedGeneration, lastTransitionTime: since ?? inSeconds(now) };
  });
  if (conditions.length === 0) return undefined;
  const stands = conditions.every((condition) => standing.some((before) => isSame(condition, before)));
  return stands ? undefined : { observedGeneration, conditions };
}

/**
 * What a replica has to write of itself.
 * @returns undefined when it stands already, or nothing can be said yet
 */
export function replicaToWrite(
  object: StandingPolicyObject,
  name: string,
  { inForce, judged }: JudgedObjects,
  decided: (revision: string) => DecidedPods,
  now: Date,
): DecidingStatus | undefined {
  const { source, metadata } = object;
  const isJudged = judged.some(({ file, text }) => file === source.file && text === source.text);
  if (source.kind !== 'InjectionPolicy' || source.name !== ACTIVE_POLICY || !isJudged) return undefined;
  const { revision } = inForce.active;
  const before = replicasOf(object).find((replica) => replica.name === name);
  const since = before?.revision === revision ? before.since : inSeconds(now);
  const wanted = { name, revision, observedGeneration: metadata.generation ?? 0, since, ...decided(revision) };
  return before !== undefined && isSame(wanted, before) ? undefined : wanted;
}

/**
 * What a replica has to write of a policy in mode Shadow that it asks.
 * @returns undefined when it stands already, or it is not asked
 */
export function shadowToWrite(
  object: StandingPolicyObject,
  name: string,
  summaries: readonly ShadowSummary[],
): ShadowStatus | undefined {
  const { source, metadata } = object;
  const summary = summaries.find(({ policy }) => policy === source.name);
  if (source.kind !== 'InjectionPolicy' || source.name === ACTIVE_POLICY || summary === undefined) return undefined;
  const { revision, since, decisions, differing, failed, recent } = summary;
  const wanted = {
    ...{ name, revision, observedGeneration: metadata.generation ?? 0, since: inSeconds(new Date(since)) },
    ...{ decisions, differing, failed },
    recent: recent.map(({ namespace, owner, before, after, time }) => ({
      ...{ namespace, owner, before: saidText(before), after: saidText(after), time: inSeconds(new Date(time)) },
    })),
  };
  const standing = replicasOf(object).find((replica) => replica.name === name);
  return standing !== undefined && canonicalJson(standing) === canonicalJson(wanted) ? undefined : wanted;
}

const saidText = ({ verdict, reason }: DifferingOwner['before']): string => `${verdict} ${reason}`;

/** What replicas said of themselves. */
export const replicasOf = ({ status }: StandingPolicyObject): readonly ReplicaStatus[] =>
  listIn<ReplicaStatus>(status, 'replicas');

/** What is said about an object. */
export const standingConditions = ({ status }: StandingPolicyObject): readonly StandingCondition[] =>
  listIn<StandingCondition>(status, 'conditions');

// the schema of the status says what stands in it
function listIn<T>(status: unknown, key: 'conditions' | 'replicas'): readonly T[] {
  const list = isObject(status) ? status[key] : undefined;
  return Array.isArray(list) ? (list as T[]) : [];
}

const isSame = (one: object, other: object): boolean =>
  Object.entries(one).every(([key, value]) => (other as Record<string, unknown>)[key] === value);

const inSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');
