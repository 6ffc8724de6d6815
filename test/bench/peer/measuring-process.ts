import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { AdmissionReview } from '../../../src/core/admission/review.ts';

/** What one call cost, as the process that made them has measured it. */
export interface Cost {
  /** What the process used of a processor, all its threads: what else the machine does, does not count. */
  readonly cpuNanoseconds: number;
  /** Where the language counts them. */
  readonly allocations?: number;
}

/** A process that answers one review again and again, as often as it is told. */
export interface MeasuringProcess {
  /** What it answers. */
  readonly answer: AdmissionReview;
  measure(calls: number): Promise<Cost>;
  stop(): Promise<void>;
}

/**
 * Starts a program that writes its answer as a line, and then a line with the cost of a call for each number that it reads.
 * @throws Error when it ends before; its own error is on stderr
 */
export async function startMeasuring(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<MeasuringProcess> {
  const [command = '', ...args] = words;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${words.join(' ')} has ended: read what it wrote above`);
    return JSON.parse(value);
  };
  return {
    answer: await next<AdmissionReview>(),
    measure(calls) {
      child.stdin.write(`${calls}\n`);
      return next<Cost>();
    },
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
