import type { Logger } from 'pino';
import { readService } from '../core/kubernetes/service.ts';
import { problemLine } from '../core/problem/problem.ts';
import {
  type ReadTrafficService,
  TRAFFIC_ANNOTATION,
  type TrafficService,
  trafficText,
} from '../core/traffic/traffic-service.ts';
import { type TrafficServices, trafficServices } from '../core/traffic/traffic-services.ts';
import { Backoff } from './backoff.ts';
import type { ObjectMetadata } from './object-metadata.ts';
import { OneLookAtATime } from './one-look-at-a-time.ts';
import { readJson } from './read-json.ts';
import { RestartingWatch, type RestartingWatchOptions, type WatchTarget } from './restarting-watch.ts';
import type { KubeTransport } from './transport.ts';
import { untilAnswered } from './until-answered.ts';

export interface WatchedServicesOptions {
  readonly transport: KubeTransport;
  /** What a Service says about its traffic. */
  readonly judge: (service: Parameters<typeof trafficText>[0], namespace: string, text: string) => ReadTrafficService;
  /** Receives all Services that say something, the first time as soon as they are known. */
  readonly publish: (services: TrafficServices) => void;
  /** Called once, when the first list has been published. */
  readonly onSynced: () => void;
  readonly log: Logger;
  readonly metrics: RestartingWatchOptions['metrics'] & { objects(count: number): void };
  /** Told how many Services say something that is not accepted. */
  readonly refused: (count: number) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
}

/** What is known of a Service that says something about its traffic. */
interface Known {
  /** Of which version of it that was read. */
  readonly resourceVersion: string | undefined;
  /** What counts; the last that was accepted. */
  readonly service: TrafficService | undefined;
  readonly refused: boolean;
}

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string | undefined;
}

// so that a cluster with hundreds of them is read in a second, and its API server is not pressed
const READ_AT_ONCE = 8;

/**
 * Follows the Services that say something about their traffic until stopped. All Services are watched by their metadata alone, and those
 * with the annotation are read whole: they are few, and the others many. Where what one says is not accepted, what it said before counts.
 */
export class WatchedServices {
  readonly #options: WatchedServicesOptions;
  readonly #watch: RestartingWatch;
  readonly #stop = new AbortController();
  readonly #reading = new OneLookAtATime(() => this.#read());
  #wanted = new Map<string, Wanted>();
  #known = new Map<string, Known>();
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

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the watch was stopped'));
    await this.#watch.stop();
    await this.#reading.look();
  }

  #target(): WatchTarget {
    return {
      beginList: () => {
        const listed = new Map<string, Wanted>();
        return {
          add: (object) => wants(listed, object),
          complete: () => {
            this.#wanted = listed;
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
    const changed = wanted.filter(([key, { resourceVersion }]) => {
      const known = this.#known.get(key);
      return known === undefined || known.resourceVersion !== resourceVersion;
    });
    const read = new Map<string, Known>();
    try {
      for (let first = 0; first < changed.length; first += READ_AT_ONCE)
        await Promise.all(
          changed.slice(first, first + READ_AT_ONCE).map(async ([key, one]) => {
            read.set(key, await this.#readOne(one, this.#known.get(key)));
          }),
        );
    } catch {
      // only stopping ends the patience
      return;
    }
    this.#known = new Map(
      wanted.flatMap(([key]) => {
        const known = read.get(key) ?? this.#known.get(key);
        return known === undefined ? [] : [[key, known]];
      }),
    );
    this.#publish();
  }

  async #readOne({ namespace, name, resourceVersion }: Wanted, before: Known | undefined): Promise<Known> {
    const { transport, judge, log, random } = this.#options;
    const { signal } = this.#stop;
    const path = `/api/v1/namespaces/${namespace}/services/${name}`;
    const object = await untilAnswered(() => readJson<object>(transport, path, signal), {
      backoff: new Backoff(random),
      signal,
      onFailure: (error, nextInMs) =>
        log.warn({ err: error, path, nextInMs: Math.round(nextInMs) }, 'a Service could not be read and is read again'),
    });
    const read = object === undefined ? undefined : readService(object);
    const text = read !== undefined && 'service' in read ? trafficText(read.service) : undefined;
    // gone, or without its annotation, since the watch spoke of it; the watch will say so
    if (read === undefined || 'problems' in read || text === undefined)
      return { resourceVersion, service: undefined, refused: false };
    const judged = judge(read.service, namespace, text);
    if ('service' in judged) return { resourceVersion, service: judged.service, refused: false };
    log.warn(
      { service: `${namespace}/${name}`, problems: judged.problems.map(problemLine) },
      before?.service === undefined
        ? 'what a Service says about its traffic is not accepted, and nothing is done with its traffic'
        : 'what a Service says about its traffic is not accepted; what it said before counts',
    );
    return { resourceVersion, service: before?.service, refused: true };
  }

  #publish(): void {
    const { publish, metrics, refused, onSynced } = this.#options;
    const known = [...this.#known.values()];
    publish(trafficServices(known.flatMap(({ service }) => service ?? [])));
    metrics.objects(known.length);
    refused(known.filter((one) => one.refused).length);
    if (!this.#synced) onSynced();
    this.#synced = true;
  }
}

const keyOf = (namespace = '', name: string): string => `${namespace}/${name}`;

/** Whether the object changed what is wanted. */
function wants(wanted: Map<string, Wanted>, { namespace = '', name, annotations, resourceVersion }: ObjectMetadata) {
  const key = keyOf(namespace, name);
  if (annotations === undefined || !Object.hasOwn(annotations, TRAFFIC_ANNOTATION)) return wanted.delete(key);
  wanted.set(key, { namespace, name, resourceVersion });
  return true;
}
