import type { Logger } from 'pino';
import type { Admission } from '../../core/admission/admit.ts';
import type { Call } from '../../core/admission/call.ts';
import type { Hook } from '../../core/admission/hook.ts';
import type { PolicyObjectName } from '../../core/admission/known-objects.ts';
import { policyToCompare } from '../../core/admission/policy-comparison.ts';
import { reviewText } from '../../core/admission/respond.ts';
import type { Snapshot } from '../../core/admission/snapshot.ts';
import { goDurationMs } from '../../core/kubernetes/go-duration.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import type { InjectedPods } from '../../core/namespaces/findings.ts';
import { withoutWords } from '../../core/problem/without-words.ts';
import type { FaultLog } from '../../telemetry/fault-log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from './engine.ts';
import type { LiveReads } from './live-reads.ts';
import type { Outcome } from './observations.ts';
import { parseJson } from './parse-json.ts';
import { type PolicyObjectReads, withPolicyObjects } from './policy-object-reads.ts';
import { notJson, type Refusal, unanswerable } from './refusal.ts';
import type { RunningComparisons } from './running-comparisons.ts';
import { withNamespace } from './with-namespace.ts';

/** What goes back: the JSON text of a review with what is to be observed, or a refusal. */
export type Answer = { readonly text: string; readonly outcome: Outcome } | { readonly refusal: Refusal };

/** A received call: its body, its door, and when it began. */
export interface ReceivedCall {
  readonly bytes: Buffer;
  readonly hook: Hook;
  /** The API server's `?timeout=`, a Go duration; anything else counts as none. */
  readonly timeout: string | undefined;
  /** When the head of the request arrived, by `Clock.elapsedMs`. */
  readonly beganMs: number;
}

export interface AnswererOptions {
  readonly engine: Engine;
  readonly snapshot: () => Snapshot;
  /** Undefined where there is no API server to ask, as in the demo. */
  readonly namespaceReads: LiveReads<Namespace> | undefined;
  /** Counts the pods with a sidecar in a namespace whose opt-in is taken away. */
  readonly podCounts: LiveReads<InjectedPods> | undefined;
  /** Looks up objects of the policy that the snapshot does not know, or not as they are now. */
  readonly policyObjectReads: PolicyObjectReads | undefined;
  /** Says what a changed policy would change; without it nobody is told. */
  readonly comparisons?: RunningComparisons | undefined;
  /** What a live read may take. */
  readonly liveReadMs: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly faults: FaultLog;
}

/** The ways in which answering itself can fail. */
type Failure = 'namespace-unknown' | 'internal-error' | 'deadline-exceeded';

/** A review being answered. */
interface Review {
  readonly body: unknown;
  readonly snapshot: Snapshot;
  readonly call: Call;
  /** When its last byte had arrived and answering began, by `Clock.elapsedMs`. */
  readonly answeringSinceMs: number;
}

// a tenth of the API server's patience is kept for the answer itself and its way back
const SHARE_FOR_READING = 0.9;

/** From the bytes of a review to the text of its answer. Synchronous, except where something has to be read from the API server first. */
export class Answerer {
  readonly #options: AnswererOptions;

  constructor(options: AnswererOptions) {
    this.#options = options;
  }

  answer(received: ReceivedCall): Answer | Promise<Answer> {
    const { engine, clock } = this.#options;
    const answeringSinceMs = clock.elapsedMs();
    const parsed = parseJson(received.bytes);
    if ('fault' in parsed) return { refusal: notJson(parsed.fault) };
    const call: Call = { hook: received.hook, now: clock.now(), caller: 'Unauthenticated' };
    const review = { body: parsed.value, snapshot: this.#options.snapshot(), call, answeringSinceMs };
    try {
      const unknown = engine.namespaceToRead(review.body, review.snapshot, review.call.hook);
      // where there is no API server to ask, what the snapshot knows has to do
      const askable = this.#options.namespaceReads !== undefined;
      if (unknown !== undefined && (askable || !review.snapshot.namespaces.has(unknown)))
        return this.#answerAfterRead(unknown, received, review);
      const closing = engine.injectedPodsToCount(review.body, review.snapshot, review.call.hook);
      if (closing !== undefined) return this.#answerAfterCount(closing, received, review);
      const reads = this.#options.policyObjectReads;
      const doubted = reads ? engine.objectsToRead(review.body, review.snapshot, review.call.hook) : [];
      if (reads && doubted.length > 0) return this.#answerAfterObjects(doubted, reads, received, review);
      const compared = this.#afterComparison(received, review);
      if (compared !== undefined) return compared;
      return this.#concluded(engine.admit(review.body, review.snapshot, call), review);
    } catch (error) {
      return this.#broken(error, review);
    }
  }

  async #answerAfterRead(name: string, received: ReceivedCall, review: Review): Promise<Answer> {
    try {
      const { namespaceReads, liveReadMs, engine } = this.#options;
      const remainingMs = this.#remainingMs(received);
      if (remainingMs <= 0)
        return this.#failed(review, 'deadline-exceeded', `no time was left to read namespace "${name}"`);
      if (!namespaceReads) return this.#failed(review, 'namespace-unknown', `namespace "${name}" is not known here`);
      const read = await namespaceReads.read(name, Math.min(liveReadMs, remainingMs));
      if (read.result !== 'found') return this.#failed(review, 'namespace-unknown', read.message);
      // the snapshot may have been replaced while the namespace was read; the newer one decides
      const snapshot = withNamespace(this.#options.snapshot(), read.value);
      return this.#concluded(engine.admit(review.body, snapshot, review.call), review);
    } catch (error) {
      return this.#broken(error, review);
    }
  }

  /** The count only informs: without it the change is decided all the same. */
  async #answerAfterCount(name: string, received: ReceivedCall, review: Review): Promise<Answer> {
    try {
      const { podCounts, liveReadMs, engine, log } = this.#options;
      const withinMs = Math.min(liveReadMs, this.#remainingMs(received));
      const read = withinMs > 0 ? await podCounts?.read(name, withinMs) : undefined;
      if (read !== undefined && read.result !== 'found') log.debug({ result: read.result }, read.message);
      const counted = read?.result === 'found' ? { injectedPods: read.value } : {};
      return this.#concluded(engine.admit(review.body, { ...review.snapshot, ...counted }, review.call), review);
    } catch (error) {
      return this.#broken(error, review);
    }
  }

  async #answerAfterObjects(
    names: readonly PolicyObjectName[],
    reads: PolicyObjectReads,
    received: ReceivedCall,
    review: Review,
  ): Promise<Answer> {
    try {
      const { liveReadMs, engine } = this.#options;
      const withinMs = Math.min(liveReadMs, this.#remainingMs(received));
      const known = { ...review, snapshot: await withPolicyObjects(review.snapshot, names, reads, withinMs) };
      const compared = this.#afterComparison(received, known);
      return (await compared) ?? this.#concluded(engine.admit(known.body, known.snapshot, known.call), known);
    } catch (error) {
      return this.#broken(error, review);
    }
  }

  /** Whoever changes the policy hears what that would change; undefined when there is nothing to compare. */
  #afterComparison(received: ReceivedCall, review: Review): Promise<Answer> | undefined {
    const { comparisons, engine } = this.#options;
    const next = comparisons && policyToCompare(review.body, review.snapshot, review.call.hook);
    if (next === undefined) return undefined;
    return comparisons
      ?.withComparison(review.snapshot, next, this.#remainingMs(received))
      .then((snapshot) => this.#concluded(engine.admit(review.body, snapshot, review.call), review))
      .catch((error: unknown) => this.#broken(error, review));
  }

  /** How long the API server still waits for the answer. */
  #remainingMs({ timeout, beganMs }: ReceivedCall): number {
    const patienceMs = (goDurationMs(timeout ?? '') ?? Number.POSITIVE_INFINITY) * SHARE_FOR_READING;
    return patienceMs - (this.#options.clock.elapsedMs() - beganMs);
  }

  #concluded(admission: Admission, { call, answeringSinceMs }: Review): Answer {
    if (admission.kind === 'unanswerable') return { refusal: unanswerable(admission.problems) };
    const { review, verdict, reason, record, shadows } = admission;
    const text = reviewText(review);
    const seconds = (this.#options.clock.elapsedMs() - answeringSinceMs) / 1000;
    return { text, outcome: { hook: call.hook, verdict, reason, record, ...(shadows && { shadows }), seconds } };
  }

  #failed(review: Review, reason: Failure, message: string): Answer {
    const { engine, metrics, log } = this.#options;
    const admission = engine.failed(review.body, review.snapshot, review.call, reason, message);
    metrics.admission.internalError(reason);
    // at debug, as a refusal: whoever can reach the port can name a namespace that does not exist; counter and record tell
    log.debug({ reason, hook: review.call.hook }, message);
    return this.#concluded(admission, review);
  }

  /** A fault of the program itself. The caller still gets its uid back, and the operator the stack. */
  #broken(err: unknown, review: Review): Answer {
    const { hook } = review.call;
    this.#options.faults.report(withoutWords(err), 'a review could not be decided; please report this fault', { hook });
    return this.#failed(review, 'internal-error', 'Pillion failed while deciding; its log has the cause');
  }
}
