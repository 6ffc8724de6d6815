import type { Logger } from 'pino';
import { ToldOnce } from '../told-once.ts';
import type { KubeTransport } from '../transport.ts';
import { webhooksLacking } from './bundle-in-force.ts';

export interface SettlingOptions {
  readonly transport: KubeTransport;
  readonly signal: AbortSignal;
  /** So long an authority stands in every bundle before anything that it signs is served. */
  readonly settleMs: number;
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
}

/**
 * Since when the API server is told, by every registered webhook, to trust an authority. The time is counted by this process itself
 * from the first look that found it so: no timestamp is compared with another clock. A process that starts counts anew.
 */
export class Settling {
  readonly #options: SettlingOptions;
  readonly #faults = new ToldOnce();
  #sinceMs = new Map<string, number>();
  #watched = 0;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** Whether there is anything to look for. */
  get isWatching(): boolean {
    return this.#watched > 0;
  }

  /** Looks at the bundles for these certificates, and forgets all others. A look that fails finds none. */
  async look(pems: readonly string[]): Promise<void> {
    const { elapsedMs } = this.#options;
    this.#watched = pems.length;
    const lacking = pems.length === 0 ? new Map<string, string[]>() : await this.#lacking(pems);
    const standing = pems.filter((pem) => lacking.get(pem)?.length === 0);
    this.#sinceMs = new Map(standing.map((pem) => [pem, this.#sinceMs.get(pem) ?? elapsedMs()]));
  }

  /** Whether this authority has stood in every bundle for long enough. */
  isSettled(pem: string): boolean {
    const sinceMs = this.#sinceMs.get(pem);
    return sinceMs !== undefined && this.#options.elapsedMs() - sinceMs >= this.#options.settleMs;
  }

  async #lacking(pems: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const { transport, signal, log } = this.#options;
    try {
      const lacking = await webhooksLacking(pems, transport, signal);
      const webhooks = [...new Set([...lacking.values()].flat())].sort();
      if (webhooks.length === 0) this.#faults.forget();
      else if (this.#faults.isNews(webhooks)) log.info({ webhooks }, WAITS);
      return lacking;
    } catch (err) {
      if (!signal.aborted && this.#faults.isNews(err)) log.warn({ err }, CANNOT_LOOK);
      return new Map();
    }
  }
}

const WAITS =
  'the new authority signs nothing yet: it waits until the caBundle of these webhooks holds it; where that does not happen by itself, ' +
  'write ca.crt of the Secret into them';
const CANNOT_LOOK =
  'cannot look whether the API server trusts the new authority, so it signs nothing yet; trying again until it works';
