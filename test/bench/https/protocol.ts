/** What the benchmark tells a server process first. */
export interface StartOrder {
  readonly certificate: string;
  readonly key: string;
  /** How many namespaces the snapshot holds; the echo has none. */
  readonly namespaces: number;
  /** Which policy decides, unless told the built-in one. */
  readonly policy?: 'istio';
  /** What the echo answers, whatever it is asked. */
  readonly constantAnswer: string;
  /** The pipe that takes Pillion’s records; without it nobody does. */
  readonly records?: string;
}

export interface Started {
  readonly port: number;
  /** Milliseconds from the start of the process to the first line of its program, to everything imported, to listening. */
  readonly startedMs: { readonly node: number; readonly imported: number; readonly ready: number };
}

/** What a server process has used so far. */
export interface Usage {
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
}

export type Order = { readonly do: 'start'; readonly with: StartOrder } | { readonly do: 'tell usage' };

/** Obeys the benchmark over the channel that it opened, and ends with it. */
export function obey(start: (order: StartOrder) => Promise<Started>): void {
  process.on('message', async (order: Order) => {
    process.send?.(order.do === 'start' ? await start(order.with) : usage());
  });
  process.on('disconnect', () => process.exit());
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, residentBytes: process.memoryUsage.rss() };
}
