import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NetworkNamespace } from '../../network/network-namespace.ts';

/** Connections that are kept open from one place to another. */
export interface HeldConnections {
  /** Resolves when there are so many in all. */
  growTo(connections: number): Promise<void>;
  close(): Promise<void>;
}

const HOLD = fileURLToPath(new URL('./hold.ts', import.meta.url));

/** Starts a process that holds connections, none so far, on each of which the answer to one request has begun. */
export function holdConnections(from: NetworkNamespace, host: string, port: number): HeldConnections {
  const [command = '', ...args] = [...from.enter, process.execPath, HOLD, host, String(port)];
  // it ends when its stdin does, which the benchmark holds
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async growTo(connections) {
      child.stdin.write(`${connections}\n`);
      if ((await lines.next()).done) throw new Error(`${connections} connections could not be held: see above`);
    },
    async close() {
      child.stdin.end();
      await gone;
    },
  };
}
