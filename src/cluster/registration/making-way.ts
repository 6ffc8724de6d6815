import { FINAL_STATE } from '../../core/registration/final-state.ts';
import { finalStateBetween } from '../../core/registration/final-state-between.ts';
import type { AdmissionPolicy } from '../../core/registration/objects.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { digestOn, withDigest } from './content-digest.ts';
import type { AppliedObject } from './registered-objects.ts';

/** The final state as the API server has it. */
export interface StandingFinalState {
  readonly metadata: ObjectMetadata;
  readonly spec: AdmissionPolicy['spec'];
}

/** Says for which renderings a final state refuses no pod that they leave alone; their digests, with blanks between. */
const MAKES_WAY_FOR = 'pillion.io/makes-way-for';

/** Where the final state is read. */
export const FINAL_STATE_PATH = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${FINAL_STATE}`;

/** Whether this object is the final state itself. */
export const isFinalState = ({ kind, metadata }: AppliedObject): boolean =>
  kind === 'ValidatingAdmissionPolicy' && metadata.name === FINAL_STATE;

/** Which final state a rendering has: its digest, or `none`. Equal on every replica. */
export function finalStateOf(objects: readonly AppliedObject[]): string {
  const rendered = objects.find(isFinalState);
  return rendered === undefined ? 'none' : withDigest(rendered).digest;
}

/** Whether what stands is the final state of this rendering. */
export const isItself = ({ metadata }: StandingFinalState, wanted: string): boolean => digestOn(metadata) === wanted;

/** Whether what stands refuses nothing that this rendering leaves alone. */
export const makesWayFor = ({ metadata }: StandingFinalState, wanted: string): boolean =>
  (metadata.annotations?.[MAKES_WAY_FOR] ?? '').split(' ').includes(wanted);

/** What stands, as something to apply. */
export function asItStands({ metadata, spec }: StandingFinalState): AppliedObject & Pick<AdmissionPolicy, 'spec'> {
  const { name, labels = {}, annotations = {} } = metadata;
  const marks = annotations[MAKES_WAY_FOR];
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name, labels, ...(marks !== undefined && { annotations: { [MAKES_WAY_FOR]: marks } }) },
    spec,
  };
}

/**
 * A final state that refuses what both the one that stands and the next one refuse. It is made from what stands, not from what
 * some process remembers: so it is right whoever wrote that, and when one change follows on another.
 * @throws Error when what stands was made so by hand that it cannot be read
 */
export function wayBetween(standing: StandingFinalState, objects: readonly AppliedObject[]): AppliedObject | undefined {
  const before = asItStands(standing);
  const between = finalStateBetween([before], objects);
  if (between === undefined) return undefined;
  const marks = [before.metadata.annotations?.[MAKES_WAY_FOR] ?? [], finalStateOf(objects)].flat().join(' ');
  return { ...between, metadata: { ...before.metadata, annotations: { [MAKES_WAY_FOR]: marks } } };
}
