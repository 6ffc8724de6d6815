import type { DecisionRecord } from '../api/decision-record.ts';
import { explanationOf, REASONS } from '../decision/reasons.ts';
import { Base64Json, writtenJson } from '../json/written.ts';
import { printable } from '../problem/printable.ts';
import { problemLine } from '../problem/problem.ts';
import type { AdmissionReview } from './review.ts';

/** A message longer than this is cut: the API server repeats it in events and conditions. */
const MAX_MESSAGE_CHARACTERS = 2000;

/** An answer that lets the object pass, changed or not; `patch` is base64. */
export function allowed(
  uid: string,
  patch: string | undefined,
  warnings: readonly string[],
  auditAnnotations: Readonly<Record<string, string>>,
): AdmissionReview {
  return reviewWith({
    uid,
    allowed: true,
    ...(patch === undefined ? {} : { patchType: 'JSONPatch' as const, patch }),
    ...(warnings.length === 0 ? {} : { warnings }),
    auditAnnotations,
  });
}

/** An answer that refuses the object; `message` is what the user reads. */
export function refused(
  uid: string,
  status: { readonly code: number; readonly reason: string; readonly message: string },
  warnings: readonly string[],
  auditAnnotations: Readonly<Record<string, string>>,
): AdmissionReview {
  const message = cut(printable(status.message), MAX_MESSAGE_CHARACTERS);
  return reviewWith({
    uid,
    allowed: false,
    ...(warnings.length === 0 ? {} : { warnings }),
    status: { ...status, message },
    auditAnnotations,
  });
}

const reviewWith = (response: AdmissionReview['response']): AdmissionReview => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response,
});

/** The JSON text of an answer. Base64 has nothing to escape, so the patch, most of the text, is not searched for it. */
export function reviewText({ response, ...review }: AdmissionReview): string {
  const { patch } = response;
  if (patch === undefined) return JSON.stringify({ ...review, response });
  return writtenJson({ ...review, response: { ...response, patch: new Base64Json(patch) } });
}

/** Why a pod was refused, in sentences: what, where, what to do, and under which record it can be found. */
export function refusalMessage(record: DecisionRecord): string {
  const { sentence, hint } = explanationOf(record.reason);
  const places = record.problems.map((problem) => problemLine(problem));
  const details = [...(record.message === undefined ? [] : [record.message]), ...places].join('; ');
  return `${record.reason}: ${sentence}${details === '' ? '' : `: ${details}`}. ${hint} (record ${record.recordId})`;
}

/**
 * What became of a pod, for whoever created it; a pod that says nothing expects no answer. The API server drops what goes beyond
 * 4 KiB in all and 256 characters a warning.
 */
export function warningsOf(record: DecisionRecord, expectsAnswer: boolean, pod: string): string[] {
  return [...(expectsAnswer ? outcomeOf(record, pod) : []), ...spokenHints(record)].map(warningFrom);
}

function outcomeOf(record: DecisionRecord, pod: string): string[] {
  const { reason, also } = record;
  if (reason === 'opted-out') return [];
  if (reason !== 'already-injected') return [`${pod} gets no sidecar, ${becauseOf(record)}`];
  const why = also.find((other) => REASONS.get(other)?.verdict === 'inject');
  return why === undefined ? [] : [`${pod} gets a sidecar, because ${explanationOf(why).sentence}`];
}

/** The hints of a record, for whoever made the request. */
export const hintWarningsOf = (record: DecisionRecord): string[] => spokenHints(record).map(warningFrom);

/** The hints of a record, and after them every place that is wrong and is let pass. */
export const problemWarningsOf = (record: DecisionRecord): string[] =>
  [...spokenHints(record), ...record.problems.map((problem) => problemLine(problem))]
    .slice(0, MAX_WARNINGS)
    .map(warningFrom);

/** What will become of the pods of a workload, for whoever applies it. */
export function forecastOf(record: DecisionRecord, workload: string): string[] {
  const { sentence, hint } = explanationOf(record.reason);
  const told: Record<DecisionRecord['verdict'], string[]> = {
    inject: [`${workload} will get a sidecar, because ${sentence}`],
    skip: [`${workload} will get no sidecar, ${becauseOf(record)}`],
    deny: [
      `the pods of ${workload} would be refused (${record.reason}): ${sentence}`,
      ...record.problems.map((problem) => problemLine(problem)),
      hint,
    ],
    allow: [],
    error: [],
  };
  const texts = record.reason === 'already-injected' ? [] : told[record.verdict];
  return [...texts, ...spokenHints(record)].slice(0, MAX_WARNINGS).map(warningFrom);
}

// where something was found that was meant otherwise, it is better advice than the general one
function becauseOf(record: DecisionRecord): string {
  const { sentence, hint } = explanationOf(record.reason);
  return spokenHints(record).length > 0 ? `because ${sentence}` : `because ${sentence}. ${hint}`;
}

/** 256 characters each, of the 4 KiB that the API server passes on. */
export const MAX_WARNINGS = 12;

const spokenHints = ({ hints }: DecisionRecord): string[] =>
  hints.filter(({ auditOnly }) => auditOnly !== true).map(({ message }) => message);

/** The text as one warning; the API server drops a warning that has control characters. */
export const warningFrom = (text: string): string => cut(`pillion: ${printable(text)}`, 256);

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 3)}...` : text);

/**
 * What the API server writes into its own audit log, under `<hook>/<key>`: keys without a slash, and every input of the
 * decision.
 */
export function auditAnnotationsOf(record: DecisionRecord): Record<string, string> {
  const annotations = {
    record: record.recordId,
    verdict: record.verdict,
    reason: record.reason,
    ...(record.rule === '' ? {} : { rule: record.rule }),
    ...(record.also.length === 0 ? {} : { also: record.also.join(',') }),
    ...(record.hints.length === 0 ? {} : { hints: record.hints.map(({ code }) => code).join(',') }),
    ...(record.owner === undefined
      ? {}
      : { owner: cutBytes(`${record.owner.kind}/${record.owner.name}`, MAX_NAME_BYTES) }),
    ...(record.pod === undefined ? {} : { pod: cutBytes(record.pod, MAX_NAME_BYTES) }),
    ...(record.podUid === undefined ? {} : { podUid: cutBytes(record.podUid, MAX_NAME_BYTES) }),
    ...(record.controllerUid === undefined ? {} : { controllerUid: cutBytes(record.controllerUid, MAX_NAME_BYTES) }),
    ...(record.workload === undefined ? {} : { template: record.workload.template }),
    ...(record.workload?.uid === undefined ? {} : { workloadUid: cutBytes(record.workload.uid, MAX_NAME_BYTES) }),
    ...(record.tribe === undefined ? {} : { tribe: cutBytes(record.tribe, MAX_NAME_BYTES) }),
    ...(record.squad === undefined ? {} : { squad: cutBytes(record.squad, MAX_NAME_BYTES) }),
    policy: `${record.policy.name}@${record.policy.revision}`,
    ...(record.profile === undefined ? {} : { profile: record.profile }),
    ...(record.checked === undefined ? {} : { checked: JSON.stringify(record.checked) }),
    ...(record.settings.length === 0
      ? {}
      : { settings: cutBytes(JSON.stringify(record.settings), MAX_SETTINGS_BYTES) }),
    ...(record.patch === undefined ? {} : { patch: record.patch.digest }),
  };
  let used = 0;
  for (const key of Object.keys(annotations) as (keyof typeof annotations)[])
    used += key.length + Buffer.byteLength(annotations[key] ?? '');
  return { ...annotations, inputs: cutBytes(JSON.stringify(record.inputs), MAX_AUDIT_BYTES - 'inputs'.length - used) };
}

// every event of the API server’s audit log about a pod carries them, and it is kept far longer than this process
const MAX_AUDIT_BYTES = 4096;
// the names of Kubernetes objects have at most 253; those of a pod are checked only after its admission
const MAX_NAME_BYTES = 320;
// a pod’s own annotations may be of any length, and what is read of them is worth less than the inputs
const MAX_SETTINGS_BYTES = 1024;
// of UTF-16 in UTF-8
const MOST_BYTES_A_UNIT = 3;

/** The text, or as much of it as fits, without half a character at the end. */
function cutBytes(text: string, most: number): string {
  // most are so short that they need not be measured
  if (text.length * MOST_BYTES_A_UNIT <= most || Buffer.byteLength(text) <= most) return text;
  const beginning = Buffer.from(text).subarray(0, most - 3);
  return `${new TextDecoder().decode(beginning, { stream: true })}...`;
}
