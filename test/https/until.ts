import { setTimeout as sleep } from 'node:timers/promises';

const WITHIN_MS = 60_000;

/**
 * Waits until `condition` holds. It has an end of its own: a loop that outlives its failed test would keep the process.
 * @throws Error when it does not hold in time
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`the condition did not hold within ${WITHIN_MS / 1000} s: ${condition}`);
    await sleep(10);
  }
}
