import type { WorkloadCompatibility } from '../compatibility/check-workload.ts';
import { explanationOf, type Reason } from '../decision/reasons.ts';
import type { SidecarState } from '../running/sidecar-state.ts';
import { compareTexts, stagesText } from './page-of.ts';
import type { WorkloadRow } from './workloads.ts';

/** What is remembered of one workload of a cluster: a few words, and never its objects. */
export interface KnownWorkload {
  readonly namespace: string;
  /** Such as `Deployment/web`, as a scan names the owner of a pod. */
  readonly owner: string;
  readonly tribe: string | undefined;
  readonly squad: string | undefined;
  /** Those to which it belongs, in their order: the one that brings its sidecar, then those of features. */
  readonly stages: readonly string[];
  readonly verdict: WorkloadRow['verdict'];
  readonly reason: Reason;
  /** How many pods are in each state. */
  readonly states: ReadonlyMap<SidecarState, number>;
  /** Undefined where its template was not read. */
  readonly compatibility: Pick<WorkloadCompatibility, 'verdict'> | undefined;
  /** Those that nobody suppressed. */
  readonly findings: number;
}

const COMPATIBILITY = {
  compatible: 'compatible',
  'needs-changes': 'needsChanges',
  incompatible: 'incompatible',
} as const;

/** What the check of compatibility says, as filters name it. */
export const compatibilityWord = ({ compatibility }: KnownWorkload): WorkloadRow['compatibility'] =>
  compatibility === undefined ? 'unknown' : COMPATIBILITY[compatibility.verdict];

/** A workload as the API tells it. */
export function workloadRow(known: KnownWorkload): WorkloadRow {
  const { namespace, owner, tribe, squad, stages, verdict, reason, states, findings } = known;
  const { kind, name } = ownerParts(owner);
  const stage = stagesText(stages);
  return {
    ...{ namespace, kind, name },
    ...(tribe !== undefined && { tribe }),
    ...(squad !== undefined && { squad }),
    ...(stage !== undefined && { stage }),
    ...{ verdict, reason, says: explanationOf(reason).sentence },
    pods: podsIn(states),
    states: Object.fromEntries(states),
    findings,
    compatibility: compatibilityWord(known),
  };
}

/** The kind and the name of an owner; a name may have anything in it. */
function ownerParts(owner: string): { readonly kind: string; readonly name: string } {
  const slash = owner.indexOf('/');
  return { kind: owner.slice(0, slash), name: owner.slice(slash + 1) };
}

/** How many pods there are. */
function podsIn(states: ReadonlyMap<SidecarState, number>): number {
  let pods = 0;
  for (const count of states.values()) pods += count;
  return pods;
}

/** By namespace, then kind and name. */
export const compareWorkloads = (one: WorkloadPlace, other: WorkloadPlace): number =>
  compareTexts(one.namespace, other.namespace) || compareTexts(one.owner, other.owner);

type WorkloadPlace = Pick<KnownWorkload, 'namespace' | 'owner'>;

/** The key by which pages go on: NAMESPACE/KIND/NAME. */
export const workloadKey = ({ namespace, owner }: WorkloadPlace): string => `${namespace}/${owner}`;

/** Where a key stands among workloads; every text stands somewhere. No namespace has a slash in its name. */
export function placeOfKey(key: string): WorkloadPlace {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: key, owner: '' } : { namespace: key.slice(0, slash), owner: key.slice(slash + 1) };
}
