import { availableParallelism, cpus, loadavg } from 'node:os';

/** What was measured on, in one phrase. */
export const machine = (): string =>
  `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), shared, load average ${(loadavg()[0] ?? 0).toFixed(1)} at the end; Node ${process.versions.node}`;
