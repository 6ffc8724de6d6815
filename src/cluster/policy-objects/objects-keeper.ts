import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { JudgedObjects } from '../../core/policy/object-conditions.ts';
import { Backoff } from '../backoff.ts';
import { OneLookAtATime } from '../one-look-at-a-time.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { ToldOnce } from '../told-once.ts';
import type { KubeTransport } from '../transport.ts';
import type { HistoryPlace } from './history.ts';
import { KeptHistory } from './kept-history.ts';
import { type Counted, ObjectStatus } from './object-status.ts';
import { policyObjectsReader, type ReadPolicyObjects } from './standing-objects.ts';

export interface ObjectsKeeperOptions {
  readonly transport: KubeTransport;
  readonly place: HistoryPlace;
  readonly owner: () => Promise<OwnerReference>;
  /** The name of the pod of this replica. */
  readonly replica: string;
  /** What this replica counted. */
  readonly counted: Counted;
  /** Whether this replica writes for all. */
  readonly holds: () => boolean;
  readonly log: Logger;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
}

// a second for what may change ten times in it: nobody reads a status faster
const AT_MOST_EVERY_MS = 1_000;
// in which a replica that is gone is noticed where nothing else happens, and what policies in mode Shadow said is written
const LOOK_WITHIN_MS = 60_000;

/** Writes down what became of the objects of the policy: in their status and in the history. It never rejects, and tries until it works. */
export class ObjectsKeeper {
  readonly #options: ObjectsKeeperOptions;
  readonly #stop = new AbortController();
  readonly #status: ObjectStatus;
  readonly #history: KeptHistory;
  readonly #read: ReadPolicyObjects;
  readonly #backoff: Backoff;
  readonly #faults = new ToldOnce();
  readonly #looks = new OneLookAtATime(() => this.#look());
  #judgement: JudgedObjects | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: ObjectsKeeperOptions) {
    this.#options = options;
    const { transport, place, owner, replica, counted, holds, log, now, random } = options;
    const { signal } = this.#stop;
    const { namespace } = place;
    this.#status = new ObjectStatus({ transport, namespace, replica, counted, holds, log, now, signal });
    this.#history = new KeptHistory({ transport, place, owner, log, signal });
    this.#read = policyObjectsReader(transport);
    this.#backoff = new Backoff(random);
  }

  /** To be told of each judgement. */
  judged(judgement: JudgedObjects): void {
    this.#judgement = judgement;
    this.#poll ??= setInterval(() => this.look(), LOOK_WITHIN_MS).unref();
    this.look();
  }

  /** To be called when this replica begins to write for all. */
  look(): void {
    if (this.#judgement !== undefined && !this.#stop.signal.aborted) void this.#looks.look();
  }

  /** Ends it; what was not written yet is not. */
  async stop(): Promise<void> {
    clearInterval(this.#poll);
    this.#stop.abort(new Error('the policy objects are no longer kept'));
    await this.#looks.look();
  }

  async #look(): Promise<void> {
    const { holds, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const standing = await this.#read(signal);
        const judgement = this.#judgement;
        if (judgement === undefined) return;
        // the history first: a replica that starts may need it, and nobody needs the status
        if (holds()) await this.#history.keep(standing, judgement);
        await this.#status.write(standing, judgement);
        this.#backoff.reset();
        this.#faults.forget();
        await sleep(AT_MOST_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
        return;
      } catch (err) {
        if (signal.aborted) return;
        if (this.#faults.isNews(err))
          log.warn({ err }, 'the status and the history of the policy cannot be written; trying again until it works');
        await sleep(this.#backoff.nextMs(), undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }
}
