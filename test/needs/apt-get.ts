import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './executable.ts';

export interface AptGetOptions {
  /** The executable. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  /** For how long another process may hold apt's lock. */
  readonly patienceMs: number;
  readonly retryMs: number;
  /** Told each time that the lock is held, with what is known of the holder. */
  readonly onWait: (holder: string) => void;
}

// a whole call; a download over a slow line is part of it
const CALL_MS = 10 * 60_000;

// one of the lock files of apt and dpkg; since apt 1.9.11 with the process that holds it
const LOCKED = /^E: Could not get lock \S+(?: It is held by (process \d+ \(.*?\)))?/m;

/**
 * Runs apt-get to its end. While another process holds apt's lock it is run again: apt itself waits for the lock of dpkg only, not
 * for that of the package lists. Never rejects.
 */
export async function aptGet(args: readonly string[], options: AptGetOptions): Promise<Answer> {
  const { patienceMs, retryMs, onWait } = options;
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    const answer = await call(args, options);
    const locked = answer.code === 0 ? null : LOCKED.exec(answer.output);
    if (locked === null || waitedMs >= patienceMs) return answer;
    onWait(locked[1] ?? 'another process');
    await sleep(retryMs);
  }
}

function call(args: readonly string[], { path, env }: AptGetOptions): Promise<Answer> {
  // the message about the lock is to be in English, and no service that a package brings is to be started
  const spoken = { ...env, DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_OFFLINE: '1', LC_ALL: 'C.UTF-8' };
  return new Promise((resolve) => {
    execFile(
      path,
      ['-qq', ...args],
      { env: spoken, timeout: CALL_MS, maxBuffer: 16 * 1024 * 1024 },
      (error, out, err) => resolve({ code: error === null ? 0 : 1, output: out + err }),
    );
  });
}
