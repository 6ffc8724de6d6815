import { assumed, from } from './basis.ts';
import type { Known, KnownLoad } from './known-load.ts';

/** The flags that say what is known of the load. */
export interface LoadFlags {
  readonly requestsPerSecond?: number;
  readonly failed?: number;
  readonly retentionDays?: number;
  readonly storageNode?: number;
}

const FLAG = from('the command line');
const PROMETHEUS = from('Prometheus');
const TEBIBYTE = 2 ** 40;

/** What Prometheus was asked about the load; what it does not know is undefined. */
export interface LoadAsked {
  readonly headSeries: number | undefined;
  readonly requestsPerSecond: number | undefined;
  readonly failedPercent: number | undefined;
}

/** What is known of the load: by the flags, else by Prometheus, else by assumption. */
export function knownLoad(flags: LoadFlags, asked: LoadAsked | undefined): KnownLoad {
  const known = (said: number | undefined, found: number | undefined, preset: number, what: string): Known => {
    if (said !== undefined) return { value: said, basis: FLAG };
    return found === undefined ? { value: preset, basis: assumed(what) } : { value: found, basis: PROMETHEUS };
  };
  const { headSeries } = asked ?? {};
  return {
    requestsPerSecond: known(
      flags.requestsPerSecond,
      asked?.requestsPerSecond,
      10,
      '10 requests/s a pod (--requests-per-second)',
    ),
    failedPercent: known(flags.failed, asked?.failedPercent, 1, '1 % of requests fail (--failed)'),
    statusCodes: known(undefined, undefined, 2, 'two status codes a destination'),
    headSeries: headSeries === undefined ? undefined : { value: headSeries, basis: PROMETHEUS },
    retentionDays: known(flags.retentionDays, undefined, 15, 'kept for 15 days (--retention-days)'),
    scrapeSeconds: known(undefined, undefined, 30, 'read every 30 s'),
    storageNodeBytes: known(flags.storageNode, undefined, TEBIBYTE, '1Ti a storage node (--storage-node)'),
  };
}
