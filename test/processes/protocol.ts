/** What a starter writes to its guardian, one JSON object a line. */
export type Order =
  | {
      do: 'start';
      id: number;
      command: string;
      args: readonly string[];
      log: string;
      graceMs: number;
      cwd?: string;
      env?: Record<string, string>;
    }
  | { do: 'stop'; id: number }
  | { do: 'keep'; id: number };

/** What the guardian answers, one JSON object a line. */
export type Reply =
  | { id: number; event: 'ready'; folder: string }
  | { id: number; event: 'started'; pid: number }
  | { id: number; event: 'failed'; message: string }
  | { id: number; event: 'exited'; code: number | null; signal: NodeJS.Signals | null }
  | { id: number; event: 'kept' };
