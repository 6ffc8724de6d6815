import { setTimeout as sleep } from 'node:timers/promises';

// a reconnecting watch pauses up to 30 s
const WITHIN_MS = 90_000;

/**
 * Resolves when `condition` holds. It has an end of its own: a loop that outlives its failed test would keep the process.
 * @param what the sentence that the condition makes true, for the message
 * @throws Error when it does not hold in time, and what `condition` throws
 */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`after ${WITHIN_MS / 1000} s it is still not so that ${what}`);
    await sleep(20);
  }
}
