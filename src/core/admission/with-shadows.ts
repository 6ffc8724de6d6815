import type { DecisionRecord, RecordedShadow } from '../api/decision-record.ts';
import type { Decision } from '../decision/decide.ts';
import { askShadows, type ShadowAnswer } from '../decision/shadows.ts';
import type { Subject } from '../decision/subject.ts';
import { isToldAtTheEnd } from '../records/told-of.ts';
import type { Admission } from './admit.ts';
import type { Call } from './call.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The admission of a pod with what policies in mode Shadow say about it. They are asked when the answer is complete, and nothing of the
 * answer is touched: only the record tells what differs.
 * @param decision what the active policy decided, before the end of the pod’s creation was looked at
 */
export function withShadows(
  admission: Admission,
  subject: Subject,
  decision: Decision,
  { shadows = [] }: Snapshot,
  { hook }: Call,
): Admission {
  if (shadows.length === 0 || admission.kind !== 'answered' || admission.record === undefined) return admission;
  const answers = askShadows(subject, decision, shadows);
  const differing = answers.filter(({ result }) => result !== 'same');
  // who put the sidecar there was counted, and who applied the object that this one is made for
  const counted =
    hook === 'workloads'
      ? admission.record.controllerUid === undefined
      : subject.separated.status === undefined && !isToldAtTheEnd(admission.record);
  return {
    ...admission,
    record: recordWith(admission.record, differing),
    ...(counted ? { shadows: answers } : {}),
  };
}

const recordWith = (record: DecisionRecord, differing: readonly ShadowAnswer[]): DecisionRecord =>
  differing.length === 0 ? record : { ...record, shadows: differing.map((answer) => recordedShadow(answer, record)) };

function recordedShadow(answer: ShadowAnswer, record: DecisionRecord): RecordedShadow {
  const { policy, before, after, rule, profile, differs, places, message } = answer;
  const isRecorded = before.verdict === record.verdict && before.reason === record.reason;
  return {
    policy: policy.name,
    revision: policy.revision,
    ...after,
    rule,
    ...(profile === undefined ? {} : { profile }),
    differs: [...differs],
    ...(places.length === 0 ? {} : { places: [...places] }),
    ...(isRecorded ? {} : { against: before }),
    ...(message === undefined ? {} : { message: message.slice(0, MAX_MESSAGE_CHARACTERS) }),
  };
}

// a frame of a stack has the path of a file
const MAX_MESSAGE_CHARACTERS = 256;
