import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type CountedGroups, countedGroups } from '../../core/adoption/counted-groups.ts';
import { type AdoptionPoint, pointOf } from '../../core/adoption/counts.ts';
import { LiveCount } from '../../core/adoption/live-count.ts';
import type { RolloutPlan } from '../../core/api/rollout-plan.ts';
import { isoTime } from '../../core/json/iso-time.ts';
import { stageFinder } from '../../core/rollout/stage-members.ts';
import type { Notice } from '../../core/scan/notices.ts';
import { noticesOf } from '../../core/scan/notices.ts';
import { type ScanReport, ScanTally } from '../../core/scan/scan-report.ts';
import { ToldNotices } from '../../core/scan/told-notices.ts';
import type { KeptAdoption } from '../adoption/kept-adoption.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { ToldOnce } from '../told-once.ts';
import type { KubeTransport } from '../transport.ts';
import { tellNotice } from './events.ts';
import { KeptReport } from './kept-report.ts';
import { type ScanSurroundings, scanPods } from './scan-pods.ts';

interface ScanReporting {
  /** What was found; undefined when this replica does not scan any more. */
  found(report: ScanReport | undefined, at: Date): void;
  ended(result: 'finished' | 'failed'): void;
  event(result: 'written' | 'known' | 'gone' | 'failed' | 'held-back', times?: number): void;
}

interface AdoptionReporting {
  /** What was counted; undefined when this replica does not count any more. */
  counted(point: AdoptionPoint | undefined, groups?: CountedGroups): void;
  point(result: 'written' | 'known' | 'failed'): void;
}

export interface BackgroundScanOptions {
  readonly transport: KubeTransport;
  /** What decides about the pods at this moment. */
  readonly surroundings: () => ScanSurroundings & { readonly plan: RolloutPlan | undefined };
  /** Whether this replica scans for all. */
  readonly holds: () => boolean;
  /** From the end of a scan to the begin of the next. */
  readonly periodMs: number;
  /** Reads whom the report belongs to. */
  readonly owner: () => Promise<OwnerReference>;
  /** The name of this replica. */
  readonly replica: string;
  readonly log: Logger;
  readonly metrics: ScanReporting;
  /** Where it is kept how far the rollout is, and reported. */
  readonly adoption: { readonly kept: Pick<KeptAdoption, 'note'>; readonly metrics: AdoptionReporting };
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
}

// several changes of a policy are looked at together, and a replica that begins to hold has read its namespaces
const SOON_MS = 2_000;

/** Compares what runs with the policy, again and again, on the one replica that writes for all. Nothing here throws. */
export class BackgroundScan {
  readonly #options: BackgroundScanOptions;
  readonly #stop = new AbortController();
  readonly #report: KeptReport;
  readonly #notices = new ToldNotices();
  readonly #faults = new ToldOnce();
  readonly #adoptionFaults = new ToldOnce();
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: BackgroundScanOptions) {
    this.#options = options;
    this.#report = new KeptReport(options.transport, options.owner);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** To be called when the policy has changed, or this replica begins or ends to write for all. */
  look(): void {
    this.#wake.abort();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the scan was stopped'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { holds, periodMs, random } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      if (holds()) await this.#scan();
      else this.#forget();
      // so that replicas of many clusters do not scan at once
      await this.#pause(periodMs * (0.9 + 0.2 * random()), this.#wake.signal);
      if (this.#wake.signal.aborted) await this.#pause(SOON_MS);
    }
  }

  #forget(): void {
    const { metrics, adoption, now } = this.#options;
    metrics.found(undefined, now());
    adoption.metrics.counted(undefined);
  }

  async #pause(ms: number, earlier?: AbortSignal): Promise<void> {
    const signals = [this.#stop.signal, ...(earlier ? [earlier] : [])];
    await sleep(ms, undefined, { signal: AbortSignal.any(signals), ref: false }).catch(() => {});
  }

  async #scan(): Promise<void> {
    const { transport, surroundings, holds, log, metrics, now } = this.#options;
    const { signal } = this.#stop;
    const judging = surroundings();
    const tally = new ScanTally();
    const { plan } = judging;
    const count = new LiveCount(judging, stageFinder(plan));
    try {
      await scanPods(
        transport,
        judging,
        (judged, pod, namespace) => {
          tally.add(judged);
          count.add(judged, pod, namespace);
          for (const notice of noticesOf(judged)) this.#notices.add(notice, now().getTime());
        },
        { signal },
      );
      // another replica writes by now
      if (!holds()) return void this.#notices.take();
      const report = tally.report();
      metrics.found(report, now());
      // whoever owns a workload is told also where the report cannot be written, as without its definition
      await this.#tell();
      await this.#keepAdoption(pointOf(isoTime(now()), count.cells()), countedGroups(count, plan));
      await this.#report.write(report, judging.policy, now(), signal);
      metrics.ended('finished');
      this.#faults.forget();
    } catch (err) {
      this.#notices.take();
      if (signal.aborted) return;
      metrics.ended('failed');
      if (this.#faults.isNews(err))
        log.warn({ err }, 'the running pods could not be compared with the policy; the next scan tries again');
    }
  }

  async #keepAdoption(point: AdoptionPoint, groups: CountedGroups): Promise<void> {
    const { adoption, holds, log, now } = this.#options;
    adoption.metrics.counted(point, groups);
    if (!holds()) return;
    try {
      adoption.metrics.point(await adoption.kept.note(point, now(), this.#stop.signal));
      this.#adoptionFaults.forget();
    } catch (err) {
      if (this.#stop.signal.aborted) return;
      adoption.metrics.point('failed');
      if (this.#adoptionFaults.isNews(err))
        log.warn({ err }, 'how far the rollout is could not be kept; the next scan tries again');
    }
  }

  async #tell(): Promise<void> {
    const { holds, metrics } = this.#options;
    const { notices, heldBack } = this.#notices.take();
    if (heldBack > 0) metrics.event('held-back', heldBack);
    for (const notice of notices) {
      if (this.#stop.signal.aborted || !holds()) return;
      await this.#write(notice);
    }
  }

  async #write(notice: Notice): Promise<void> {
    const { transport, replica, log, metrics, now } = this.#options;
    try {
      metrics.event(await tellNotice(transport, notice, { now: now(), replica, signal: this.#stop.signal }));
      this.#notices.told(notice, now().getTime());
    } catch (err) {
      if (this.#stop.signal.aborted) return;
      metrics.event('failed');
      // others have their turn first
      this.#notices.failed(notice, now().getTime());
      // one namespace may refuse Events, as while it is deleted; the others are told all the same
      log.debug({ err, namespace: notice.namespace, owner: notice.owner }, 'an Event could not be written');
    }
  }
}
