import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './protocol.ts';
import { Replies } from './replies.ts';

const GUARDIAN = fileURLToPath(new URL('./guardian.ts', import.meta.url));

const GRACE_MS = 3_000;

export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  /** file to which stdout and stderr are appended */
  readonly log: string;
  /** from SIGTERM to SIGKILL when it is stopped, 3 s unless told; 0 kills at once */
  readonly graceMs?: number;
  readonly cwd?: string;
  /** added to the environment of the starter */
  readonly env?: Record<string, string>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Resolves when it has ended; waiting for it does not keep the starter alive. */
  readonly exited: Promise<Exit>;
  /** The same, and keeps the starter alive meanwhile. */
  ended(): Promise<Exit>;
  /** Ends it and its process group; resolves when it has ended. */
  stop(): Promise<Exit>;
}

/** Starts processes that cannot outlive the starter, however it ends: see guardian.ts. */
export interface Guard {
  readonly pid: number;
  /** a temporary folder that is removed with the processes */
  readonly folder: string;
  /** Rejects when the command cannot be started. */
  start(spec: ProcessSpec): Promise<GuardedProcess>;
  /** Lets the processes outlive the starter; they end when the guardian, process `pid`, gets a SIGTERM. */
  keep(): Promise<void>;
  /** Ends all processes and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a guardian. It holds neither the event loop nor the exit of the starter. */
export async function openGuard(): Promise<Guard> {
  const guardian = spawn(process.execPath, [GUARDIAN], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const replies = new Replies(guardian);
  const { folder } = await replies.next(0, 'ready');
  let ids = 0;
  const order = (message: Order) => void guardian.stdin.write(`${JSON.stringify(message)}\n`);

  return {
    pid: guardian.pid as number,
    folder,
    async start(spec) {
      const id = ++ids;
      const exited = replies.later(id, 'exited');
      order({ do: 'start', id, graceMs: GRACE_MS, ...spec });
      const { pid } = await replies.next(id, 'started');
      const ended = () => replies.holding(exited);
      const stop = () => {
        order({ do: 'stop', id });
        return ended();
      };
      return { pid, exited, ended, stop };
    },
    async keep() {
      const id = ++ids;
      order({ do: 'keep', id });
      await replies.next(id, 'kept');
      guardian.stdin.destroy();
      guardian.stdout.destroy();
    },
    async stop() {
      if (guardian.exitCode !== null || guardian.signalCode !== null) return;
      guardian.ref();
      const gone = once(guardian, 'exit');
      guardian.kill('SIGTERM');
      guardian.stdin.destroy();
      await gone;
    },
  };
}
