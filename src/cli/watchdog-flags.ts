import type { Command } from 'commander';
import type { WatchdogBounds } from '../core/rollout/watchdog.ts';
import { duration } from './certificate-flags.ts';
import { wholeNumber } from './probe-flags.ts';
import { usage } from './webhook-address.ts';

/** The flags of the watchdog. */
export interface WatchdogFlags {
  readonly watchdog?: boolean;
  readonly watchdogEvery?: number;
  readonly watchdogPerHour?: number;
}

const EVERY_MS = 5 * 60_000;
const PER_HOUR = 6;

/** For the command that serves. */
export const withWatchdog = (command: Command): Command =>
  command
    .option(
      '--watchdog',
      'restart workloads whose running pods should have a sidecar and have none: few, slowly, one replica alone, never while pods get none',
    )
    .option(
      '--watchdog-every <duration>',
      'with --watchdog: at most one workload in so long (default: 5m)',
      duration(1_000, 24 * 3_600_000, 'from 1s to 24h'),
    )
    .option(
      '--watchdog-per-hour <count>',
      `with --watchdog: at most so many in an hour (default: ${PER_HOUR})`,
      wholeNumber(1, 1_000),
    );

/**
 * How the watchdog is bounded; undefined when there is to be none.
 * @param shares whether replicas share a Lease, and register
 * @throws Fault PIL003 when the flags contradict each other
 */
export function watchdogOf(
  { watchdog, watchdogEvery, watchdogPerHour }: WatchdogFlags,
  shares: boolean,
): WatchdogBounds | undefined {
  if (watchdog !== true) {
    if (watchdogEvery !== undefined || watchdogPerHour !== undefined)
      throw usage('--watchdog-every and --watchdog-per-hour have no effect without --watchdog');
    return undefined;
  }
  if (!shares)
    throw usage(
      '--watchdog needs --installed-as, and --webhook-service or --webhook-url: it acts on the replica that registers',
    );
  return { everyMs: watchdogEvery ?? EVERY_MS, mostPerHour: watchdogPerHour ?? PER_HOUR };
}
