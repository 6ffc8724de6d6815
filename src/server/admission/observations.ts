import type { Hook } from '../../core/admission/hook.ts';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import type { ShadowAnswer } from '../../core/decision/shadows.ts';
import type { FaultLog } from '../../telemetry/fault-log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { RecordSink } from '../../telemetry/record-sink.ts';
import type { Clock } from '../clock.ts';
import { RecentInjections } from './recent-injections.ts';

/** One answered review, as metrics and record sinks see it. */
export interface Outcome {
  readonly hook: Hook;
  readonly verdict: string;
  readonly reason: string;
  /** Absent when this pod was recorded at an earlier call. */
  readonly record: DecisionRecord | undefined;
  /** What policies in mode Shadow say, where that is counted. */
  readonly shadows?: readonly ShadowAnswer[];
  /** From the last byte of the review to its answer. */
  readonly seconds: number;
}

/** Hears of every decision that is recorded. */
export interface DecisionListener {
  note(record: DecisionRecord, shadows: readonly ShadowAnswer[]): void;
}

/**
 * Writes records and metrics after the replies of the same turn of the event loop have been handed to the network. Also those
 * of callers that have gone meanwhile: the decision was made, so it is recorded.
 */
export class Observations {
  readonly #sinks: readonly RecordSink[];
  readonly #metrics: Metrics;
  readonly #faults: FaultLog;
  readonly #listeners: readonly DecisionListener[];
  readonly #recent: RecentInjections;
  #waiting: Outcome[] = [];

  constructor(
    sinks: readonly RecordSink[],
    metrics: Metrics,
    faults: FaultLog,
    clock: Clock,
    listeners: readonly DecisionListener[] = [],
  ) {
    this.#sinks = sinks;
    this.#metrics = metrics;
    this.#faults = faults;
    this.#listeners = listeners;
    this.#recent = new RecentInjections({ elapsedMs: () => clock.elapsedMs() });
  }

  add(outcome: Outcome): void {
    if (this.#waiting.push(outcome) === 1) setImmediate(() => this.settle());
  }

  /** Writes what waits now. */
  settle(): void {
    const outcomes = this.#waiting;
    this.#waiting = [];
    for (const outcome of outcomes) this.#observe(outcome);
  }

  /** Settles and waits until every sink has let go of its records. */
  async flush(): Promise<void> {
    this.settle();
    await Promise.allSettled(this.#sinks.map(async (sink) => sink.flush()));
  }

  #observe({ hook, verdict, reason, record, shadows = [], seconds }: Outcome): void {
    this.#metrics.admission.decided(hook, verdict, reason, seconds);
    if (!record) {
      if (verdict !== 'error') this.#metrics.admission.reinvoked(hook);
      return;
    }
    if (hook === 'inject' && verdict === 'inject') {
      // one record a pod: its first call was recorded here. A mark that nobody recorded here may be forged, so it is written
      if (record.reinvoked && this.#recent.take(record)) {
        this.#metrics.admission.reinvoked(hook);
        return;
      }
      this.#recent.add(record);
    }
    for (const answer of shadows) this.#metrics.shadows.decided(hook, answer);
    for (const listener of this.#listeners) listener.note(record, shadows);
    const timed = { ...record, durationMicroseconds: Math.round(seconds * 1e6) };
    for (const sink of this.#sinks) {
      try {
        sink.write(timed);
      } catch (err) {
        this.#faults.report(err, 'a record sink failed; its record is lost, the decision stands');
      }
    }
  }
}
