import type { DecisionRecord } from '../api/decision-record.ts';
import { type Decision, decide } from '../decision/decide.ts';
import { type Subject, subjectOf } from '../decision/subject.ts';
import type { Difference } from '../json/differences.ts';
import { isObject } from '../json/is-object.ts';
import { pointerParts } from '../json/pointer.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { allContainersOf, annotationsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { edited } from '../sidecar/edit.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import { SERVER_DEFAULTS, sameQuantity } from '../sidecar/stands.ts';
import { compared, differencesIn, type OtherPart } from '../simulation/change.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';

/** How a pod that runs stands to what would be decided about it now, with what is said of it. */
export const SIDECAR_STATES = {
  injected: 'its sidecar is the one that it would get now',
  stale: 'its sidecar would be rendered otherwise now',
  missing: 'it runs without the sidecar that it would get now',
  unwanted: 'it runs with a sidecar that it would not get now',
  forged: 'it tells of a sidecar that is not there, or carries one that is not Pillion’s',
  refused: 'it runs, and would be refused now',
  'not-wanted': 'it runs without a sidecar, and would get none now',
} as const;
export type SidecarState = keyof typeof SIDECAR_STATES;

/**
 * The state of a pod that runs. The mark that an injection left is never taken for its proof.
 * @param standing the pod as the API server has it
 * @param decided what is decided about it now, with its sidecar or without
 */
export function stateOf(standing: Subject, { verdict, reason }: Pick<Decision, 'verdict' | 'reason'>): SidecarState {
  const carries = carriesSidecar(standing);
  const claims = ownValue(annotationsOf(standing.pod), ANNOTATIONS.status) !== undefined;
  if (!carries && (claims || reason === 'sidecar-impersonation')) return 'forged';
  if (verdict === 'deny') return 'refused';
  if (verdict === 'skip' && reason !== 'already-injected') return carries ? 'unwanted' : 'not-wanted';
  if (!carries) return 'missing';
  return standing.edit() === undefined ? 'injected' : 'stale';
}

/** The state of one pod, and what of its sidecar is another one now. */
export interface RunningSidecar {
  readonly state: SidecarState;
  /** From what stands there to what would. */
  readonly differences: readonly OtherPart[];
}

/** A pod as the API server has it, and what is decided about it by. */
export interface RunningPod {
  readonly pod: Pod;
  /** The same as whoever makes it would send it again: without its sidecar. */
  readonly sent: Pod;
  readonly namespace: Namespace;
  readonly policy: ActivePolicy;
  readonly services: TrafficServices;
}

/** Compares a pod that runs with what would be decided and rendered now. */
export function runningSidecar({ pod, sent, namespace, policy, services }: RunningPod): RunningSidecar {
  const subjectFor = (one: Pod) => subjectOf(one, namespace, policy, '', false, services);
  const standing = subjectFor(pod);
  const state = stateOf(standing, decide(subjectFor(sent)));
  const edit = state === 'stale' ? standing.edit() : undefined;
  if (edit === undefined) return { state, differences: [] };
  return { state, differences: differencesIn(compared(pod), compared(edited(pod, edit)), isOurs) };
}

/** The state of a pod whose workload decides otherwise about the pods to come: its template was changed, and the pod is not replaced yet. */
export function underTemplate(
  running: RunningSidecar,
  { verdict, reason }: Pick<DecisionRecord, 'verdict' | 'reason'>,
): RunningSidecar {
  const { state } = running;
  // a template that carries its sidecar makes pods with one
  if (reason === 'already-injected') return running;
  if (verdict === 'skip' && (state === 'injected' || state === 'stale')) return { state: 'unwanted', differences: [] };
  if (verdict === 'skip' && state === 'missing') return { state: 'not-wanted', differences: [] };
  if (verdict === 'inject' && state === 'not-wanted') return { state: 'missing', differences: [] };
  return running;
}

/** Whether a container of ours stands in a pod that tells of an injection. */
export const carriesSidecar = ({ pod, separated, profile }: Subject): boolean =>
  separated.injectedBefore && allContainersOf(pod).some(({ name }) => profile.own.containers.has(name));

/** Whether a difference is one of rendering, and nothing that the API server writes itself into what is rendered. */
function isOurs({ path, before, after }: Difference): boolean {
  const parts = pointerParts(path);
  const last = parts.at(-1) ?? '';
  if (after === undefined && (SERVER_DEFAULTS.has(last) || parts.includes('resources') || isEmptyObject(before)))
    return false;
  if (before === undefined && after === '') return false;
  return !sameQuantity(before, after) || !parts.includes('resources');
}

const isEmptyObject = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;
