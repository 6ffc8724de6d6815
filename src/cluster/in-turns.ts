import { setImmediate as turn } from 'node:timers/promises';

// reviews wait no longer than this for one of many
const WITHIN_MS = 5;

/** Gives each to `visit`; every few milliseconds whatever else waits has its turn. */
export async function eachInTurns<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  let begun = performance.now();
  for (const item of items) {
    visit(item);
    if (performance.now() - begun < WITHIN_MS) continue;
    await turn();
    begun = performance.now();
  }
}

/** Works something out step by step; between two of them whatever else waits has its turn. */
export async function inSteps<T>(steps: Iterator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await turn();
  }
}
