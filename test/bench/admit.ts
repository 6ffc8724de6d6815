import jsonPatch, { type Operation } from 'fast-json-patch';
import { type Admission, admit } from '../../src/core/admission/admit.ts';
import type { Call } from '../../src/core/admission/call.ts';
import { reviewText } from '../../src/core/admission/respond.ts';
import type { AdmissionReview } from '../../src/core/admission/review.ts';
import type { Snapshot } from '../../src/core/admission/snapshot.ts';
import { interleaved, type PairResult, type Rounds } from './interleaved.ts';
import { type BenchReview, LARGE, ORDINARY, podReview, SILENT } from './reviews.ts';

/** One line of the table: `admit` from bytes to bytes against the work that no webhook can leave out. */
export interface AdmitFigure extends PairResult {
  readonly name: string;
  readonly verdict: string;
  readonly reviewBytes: number;
  readonly patchBytes: number;
  readonly answerBytes: number;
}

const CALL: Call = { hook: 'inject', now: new Date('2025-11-03T09:00:00Z'), caller: 'Unauthenticated' };

/** Measures `admit` for pods of different shapes. */
export function measureAdmit(snapshot: Snapshot, rounds: Rounds): AdmitFigure[] {
  return [ORDINARY, LARGE, SILENT, secondCall(snapshot)].map(({ name, bytes }) => {
    const first = answered(bytes, snapshot);
    const floor = floorOf(bytes, first.review);
    const result = interleaved({ subject: () => bytesToBytes(bytes, snapshot), anchor: floor.run }, rounds);
    return {
      name,
      verdict: first.verdict,
      reviewBytes: bytes.length,
      patchBytes: floor.patchBytes,
      answerBytes: JSON.stringify(first.review).length,
      ...result,
    };
  });
}

/** The ordinary pod in a large cluster against the same pod in a cluster of one namespace. */
export interface NamespaceGrowth {
  readonly namespaces: number;
  readonly ratio: number;
}

export function measureNamespaceGrowth(large: Snapshot, small: Snapshot, rounds: Rounds): NamespaceGrowth {
  const { bytes } = ORDINARY;
  const pair = { subject: () => bytesToBytes(bytes, large), anchor: () => bytesToBytes(bytes, small) };
  return { namespaces: large.namespaces.size, ratio: interleaved(pair, rounds).ratio };
}

/** The answer’s text and the record: what the server makes of a review before it replies. */
export function bytesToBytes(bytes: Buffer, snapshot: Snapshot): { readonly text: string; readonly record: unknown } {
  const { review, record } = answered(bytes, snapshot);
  return { text: reviewText(review), record };
}

function answered(bytes: Buffer, snapshot: Snapshot): Extract<Admission, { kind: 'answered' }> {
  const admission = admit(JSON.parse(bytes.toString('utf8')), snapshot, CALL);
  if (admission.kind !== 'answered') throw new Error('the review of the benchmark cannot be answered');
  return admission;
}

/** Reading the same bytes, writing an equal patch as JSON and as base64, writing an equal answer. Nothing is decided. */
function floorOf(bytes: Buffer, { response, ...review }: AdmissionReview) {
  const { patch, ...rest } = response;
  const operations = patch === undefined ? undefined : operationsOf(patch);
  const run = () => {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    const encoded = operations && Buffer.from(JSON.stringify(operations)).toString('base64');
    return [parsed, JSON.stringify({ ...review, response: { ...rest, patch: encoded } })];
  };
  return { run, patchBytes: patch === undefined ? 0 : Buffer.byteLength(patch, 'base64') };
}

const operationsOf = (patch: string): Operation[] => JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));

/** The ordinary pod again, as the API server sends it when a webhook after us changed it. */
function secondCall(snapshot: Snapshot): BenchReview {
  const { patch = '' } = answered(ORDINARY.bytes, snapshot).review.response;
  const { object } = JSON.parse(ORDINARY.bytes.toString('utf8')).request;
  const injected = jsonPatch.applyPatch(object, operationsOf(patch)).newDocument;
  return { name: 'second call (already injected)', bytes: podReview(injected) };
}
