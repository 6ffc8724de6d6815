import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { readService } from '../core/kubernetes/service.ts';
import { problemLine } from '../core/problem/problem.ts';
import { TRAFFIC_ANNOTATION, type TrafficJudge, trafficText } from '../core/traffic/traffic-service.ts';
import { type TrafficServices, trafficServices } from '../core/traffic/traffic-services.ts';
import type { AcceptedTexts, AcceptedValues } from './accepted-values.ts';
import { Backoff } from './backoff.ts';
import { type JudgedService, judgedService, type Said, type WantedService } from './judged-service.ts';
import type { ObjectMetadata } from './object-metadata.ts';
import { OneLookAtATime } from './one-look-at-a-time.ts';
import { readJson } from './read-json.ts';
import { RestartingWatch, type RestartingWatchOptions, type WatchTarget } from './restarting-watch.ts';
import type { KubeTransport } from './transport.ts';
import { untilAnswered } from './until-answered.ts';

export interface WatchedServicesOptions {
  readonly transport: KubeTransport;
  /** What Services are judged by now. */
  readonly judge: () => TrafficJudge;
  /** Receives all Services that say something, the first time as soon as they are known. */
  readonly publish: (services: TrafficServices) => void;
  /** Called once, when the first list has been published. */
  readonly onSynced: () => void;
  readonly log: Logger;
  readonly metrics: RestartingWatchOptions['metrics'] & { objects(count: number): void };
  /** Where it is kept what Services said last that was accepted; without it only this process knows. */
  readonly memory?: Pick<AcceptedValues, 'read' | 'keep'>;
  /** Told how many Services say something that is not accepted. */
  readonly refused: (count: number) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
}

// so that a cluster with hundreds of them is read in a second, and its API server is not pressed
const READ_AT_ONCE = 8;
// each takes about a millisecond, and reviews come in between
const JUDGED_AT_ONCE = 8;

/**
 * Follows the Services that say something about their traffic until stopped. All Services are watched by their metadata alone, and those
 * with the annotation are read whole: they are few, and the others many. Where what one says is not accepted, what it said before counts.
 */
export class WatchedServices {
  readonly #options: WatchedServicesOptions;
  readonly #watch: RestartingWatch;
  readonly #stop = new AbortController();
  readonly #reading = new OneLookAtATime(() => this.#read());
  #wanted = new Map<string, WantedService>();
  #known = new Map<string, JudgedService>();
  #kept: AcceptedTexts | undefined;
  #listed = false;
  #synced = false;

  constructor(options: WatchedServicesOptions) {
    this.#options = options;
    const { transport, log, metrics, now, random } = options;
    const target = this.#target();
    this.#watch = new RestartingWatch({ transport, path: '/api/v1/services', target, log, metrics, now, random });
  }

  start(): void {
    this.#watch.start();
  }

  /** Judges what all of them said once more, since what they are judged by has changed. */
  judgeAgain(): void {
    // also while the first of them are judged; before, there is nothing to judge
    if (this.#listed) void this.#reading.look();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the watch was stopped'));
    await this.#watch.stop();
    await this.#reading.look();
  }

  #target(): WatchTarget {
    return {
      beginList: () => {
        const listed = new Map<string, WantedService>();
        return {
          add: (object) => wants(listed, object),
          complete: () => {
            this.#wanted = listed;
            this.#listed = true;
            void this.#reading.look();
          },
        };
      },
      put: (object) => {
        // most Services say nothing, before and after a change
        if (wants(this.#wanted, object)) void this.#reading.look();
      },
      remove: ({ namespace, name }) => {
        if (this.#wanted.delete(keyOf(namespace, name))) void this.#reading.look();
      },
    };
  }

  async #read(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const wanted = [...this.#wanted];
    const said = new Map<string, Said>();
    try {
      this.#kept ??= (await this.#options.memory?.read()) ?? new Map();
      for (const some of inGroups(
        wanted.filter(([key, one]) => !isSame(one, this.#known.get(key)?.said.of)),
        READ_AT_ONCE,
      ))
        await Promise.all(some.map(async ([key, one]) => said.set(key, await this.#readOne(one))));
    } catch {
      // only stopping ends the patience
      return;
    }
    const judge = this.#options.judge();
    const known = new Map<string, JudgedService>();
    for (const some of inGroups(wanted, JUDGED_AT_ONCE)) {
      for (const [key] of some) {
        const before = this.#known.get(key);
        const newest = said.get(key) ?? before?.said;
        if (newest === undefined) continue;
        const isJudged = before !== undefined && newest === before.said && before.judgedBy === judge.company;
        known.set(key, isJudged ? before : this.#judged(newest, judge, before, key));
      }
      await setImmediate();
    }
    this.#known = known;
    this.#publish();
  }

  async #readOne(of: WantedService): Promise<Said> {
    const { transport, log, random } = this.#options;
    const { signal } = this.#stop;
    const path = `/api/v1/namespaces/${of.namespace}/services/${of.name}`;
    const object = await untilAnswered(() => readJson<object>(transport, path, signal), {
      backoff: new Backoff(random),
      signal,
      onFailure: (error, nextInMs) =>
        log.warn({ err: error, path, nextInMs: Math.round(nextInMs) }, 'a Service could not be read and is read again'),
    });
    const read = object === undefined ? undefined : readService(object);
    // gone, or without its annotation, since the watch spoke of it; the watch will say so
    if (read === undefined || 'problems' in read) return { of, read: undefined };
    const text = trafficText(read.service);
    return { of, read: text === undefined ? undefined : { service: read.service, text } };
  }

  #judged(said: Said, judge: TrafficJudge, before: JudgedService | undefined, key: string): JudgedService {
    const judged = judgedService(said, judge, before, this.#kept?.get(key));
    const { service, problems } = judged;
    if (problems.length > 0)
      this.#options.log.warn(
        { service: `${said.of.namespace}/${said.of.name}`, problems: problems.map(problemLine) },
        service === undefined
          ? 'what a Service says about its traffic is not accepted, and nothing is done with its traffic'
          : 'what a Service says about its traffic is not accepted; what it said before counts',
      );
    return judged;
  }

  #publish(): void {
    const { publish, metrics, refused, onSynced, memory } = this.#options;
    const known = [...this.#known.values()];
    publish(trafficServices(known.flatMap(({ service }) => service ?? [])));
    metrics.objects(known.length);
    const isRefused = ({ problems }: JudgedService): boolean => problems.length > 0;
    refused(known.filter(isRefused).length);
    memory?.keep(
      new Map([...this.#known].flatMap(([key, one]) => (isRefused(one) && one.accepted ? [[key, one.accepted]] : []))),
    );
    if (!this.#synced) onSynced();
    this.#synced = true;
  }
}

const isSame = (one: WantedService, other: WantedService | undefined): boolean =>
  one.uid === other?.uid && one.resourceVersion === other?.resourceVersion;

function* inGroups<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let first = 0; first < all.length; first += size) yield all.slice(first, first + size);
}

const keyOf = (namespace = '', name: string): string => `${namespace}/${name}`;

/** Whether the object changed what is wanted. */
function wants(wanted: Map<string, WantedService>, object: ObjectMetadata) {
  const { namespace = '', name, annotations, uid, resourceVersion } = object;
  const key = keyOf(namespace, name);
  if (annotations === undefined || !Object.hasOwn(annotations, TRAFFIC_ANNOTATION)) return wanted.delete(key);
  wanted.set(key, { namespace, name, uid, resourceVersion });
  return true;
}
