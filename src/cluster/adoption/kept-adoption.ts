import type { Logger } from 'pino';
import type { AdoptionPoint } from '../../core/adoption/counts.ts';
import { hourOf, monthBefore, monthOf } from '../../core/adoption/kept-hours.ts';
import { readMonth } from '../../core/adoption/read-month.ts';
import { thinned, withPoint } from '../../core/adoption/write-month.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { MonthStore, type MonthStoreOptions, type StoredMonth } from './month-store.ts';

export interface KeptAdoptionOptions extends MonthStoreOptions {
  /** Whether this replica writes for all, asked before each write. */
  readonly holds: () => boolean;
  readonly log: Logger;
}

/** So many months before the present one are kept: a whole year, whatever the day. */
const MONTHS_KEPT = 12;

// whoever edits a month by hand does not do so all the time
const ATTEMPTS = 5;

/**
 * Keeps how far the rollout was, a point an hour, in ConfigMaps of the cluster. To be called by the replica that writes for all; should two
 * think so for a moment, the API server lets one of them have the hour.
 */
export class KeptAdoption {
  readonly #options: KeptAdoptionOptions;
  readonly #store: MonthStore;
  #hour: string | undefined;
  #tidied: string | undefined;
  // what was told of a month already
  readonly #told = new Map<string, string>();

  constructor(options: KeptAdoptionOptions) {
    this.#options = options;
    this.#store = new MonthStore(options);
  }

  /**
   * Writes a point, unless its hour has one; once a day also what is old is thinned and deleted.
   * @returns `known` where the hour has a point, also one that somebody edited so that it cannot be read: it stays
   * @throws ApiError, ClusterUnreachable, TimeoutError, and what reading the owner throws
   */
  async note(point: AdoptionPoint, now: Date, signal: AbortSignal): Promise<'written' | 'known'> {
    const hour = hourOf(point.at);
    if (hour === this.#hour) return 'known';
    const written = await this.#write(
      monthOf(hour),
      (data) => (Object.hasOwn(data, hour) ? undefined : withPoint(data, point, now)),
      signal,
    );
    this.#hour = hour;
    await this.#tidy(now, signal);
    return written ? 'written' : 'known';
  }

  async #tidy(now: Date, signal: AbortSignal): Promise<void> {
    const day = isoDay(now);
    if (day === this.#tidied) return;
    const present = monthOf(day);
    const oldest = monthBefore(present, MONTHS_KEPT);
    let deleted = false;
    for (const month of await this.#store.months(signal)) {
      if (!this.#options.holds()) return;
      if (month < oldest) {
        if (deleted) continue;
        // one a day is twelve times what a year needs, and a clock that is years ahead does not take everything at once
        deleted = true;
        await this.#store.delete(month, signal);
        this.#options.log.info({ month }, 'the adoption of a month more than a year ago is deleted');
      } else if (month < present) {
        await this.#write(month, (data) => changed(data, thinned(data, now)), signal);
      }
    }
    this.#tidied = day;
  }

  /**
   * @param change undefined for what stays as it is
   * @returns whether it was written
   */
  async #write(
    month: string,
    change: (data: Readonly<Record<string, string>>) => Readonly<Record<string, string>> | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const standing = await this.#store.read(month, signal);
      this.#tell(month, standing);
      const data = change(standing?.data ?? {});
      if (data === undefined || !this.#options.holds()) return false;
      if (await this.#store.write(month, standing, data, signal)) return true;
    }
    throw new Error(`the adoption of ${month} is written by somebody else again and again; the next scan tries again`);
  }

  /** Names what somebody edited so that it cannot be read; once, until it changes. */
  #tell(month: string, standing: StoredMonth | undefined): void {
    const { problems } = readMonth(month, standing?.data ?? {});
    const told = problems.map(problemLine);
    if (this.#told.get(month) === told.join('\n')) return;
    this.#told.set(month, told.join('\n'));
    for (const problem of told.slice(0, MOST_TOLD)) this.#options.log.warn({ problem }, NOT_READABLE);
    if (told.length > MOST_TOLD)
      this.#options.log.warn({ more: told.length - MOST_TOLD }, `${NOT_READABLE}: pillion rollout status names all`);
  }
}

const MOST_TOLD = 10;
const NOT_READABLE = 'something in the kept adoption cannot be read; it stays as it is, and the rest counts';

const changed = <T extends object>(before: T, after: T): T | undefined =>
  Object.keys(before).length === Object.keys(after).length ? undefined : after;
