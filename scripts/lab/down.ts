import { setTimeout as sleep } from 'node:timers/promises';
import { runningLab } from './state.ts';

const WITHIN_MS = 60_000;
const POLL_MS = 50;

/** Ends the lab and everything in it; resolves when it is gone, with whether there was one. */
export async function down(name: string): Promise<boolean> {
  const lab = await runningLab(name);
  if (lab === undefined) return false;
  process.kill(lab.pid, 'SIGTERM');
  const deadline = Date.now() + WITHIN_MS;
  while (isAlive(lab.pid)) {
    if (Date.now() > deadline)
      throw new Error(`the lab has not ended after ${WITHIN_MS / 1000} s: kill -9 ${lab.pid}, which ends it as well`);
    await sleep(POLL_MS);
  }
  return true;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
