import type { Logger } from 'pino';
import { isObject } from '../core/json/is-object.ts';
import { Backoff } from './backoff.ts';
import { NotedConfigMap } from './noted-config-map.ts';
import { OneLookAtATime } from './one-look-at-a-time.ts';
import type { OwnerReference } from './owner-reference.ts';
import { readConfigMap } from './read-config-map.ts';
import type { KubeTransport } from './transport.ts';
import { untilAnswered } from './until-answered.ts';

/** What a Service said when it was last accepted. */
export interface AcceptedText {
  /** Of the Service; one of the same name that was made anew has nothing to do with it. */
  readonly uid: string;
  readonly text: string;
}

/** By namespace/name of the Service. */
export type AcceptedTexts = ReadonlyMap<string, AcceptedText>;

export interface AcceptedValuesOptions {
  readonly transport: KubeTransport;
  readonly installation: { readonly name: string; readonly namespace: string };
  /** Of the ConfigMap: when it is gone, so is what is kept. */
  readonly owner: () => Promise<OwnerReference>;
  readonly log: Logger;
  /** From 0 up to 1. */
  readonly random: () => number;
}

const PURPOSE =
  'What Services said last that was accepted, of those whose annotation pillion.io/traffic is not accepted now: it stays in use, also in replicas that start later.';
// of 16 KiB at most each, and a ConfigMap holds 1 MiB
const MOST_KEPT = 48;

/**
 * What Services said last that was accepted, where what they say now is not. It stands in a ConfigMap, since a replica that starts later has
 * not seen it. All replicas see the same and write the same.
 */
export class AcceptedValues {
  readonly #options: AcceptedValuesOptions;
  readonly #stop = new AbortController();
  readonly #writing = new OneLookAtATime(() => this.#write());
  readonly #configMap: NotedConfigMap;
  #standing: AcceptedTexts = new Map();
  #wanted: AcceptedTexts = new Map();

  constructor(options: AcceptedValuesOptions) {
    this.#options = options;
    const { transport, installation, owner } = options;
    this.#configMap = new NotedConfigMap({
      ...{ transport, namespace: installation.namespace, name: this.#name(), installation: installation.name },
      ...{ purpose: PURPOSE, owner, signal: this.#stop.signal },
    });
  }

  /** What was kept before; waits for an API server that answers. */
  async read(): Promise<AcceptedTexts> {
    const { transport, installation, log } = this.#options;
    const data = await untilAnswered(() => readConfigMap(transport, installation.namespace, this.#name()), {
      ...this.#patience((err) =>
        log.warn({ err, configMap: this.#name() }, 'what Services said before cannot be read; trying again'),
      ),
    });
    this.#standing = new Map(Object.entries(data ?? {}).flatMap(([key, note]) => textIn(key, note)));
    return this.#standing;
  }

  /** Keeps these and no others; it takes a moment until they stand. */
  keep(wanted: AcceptedTexts): void {
    const kept = [...wanted].slice(0, MOST_KEPT);
    if (kept.length < wanted.size)
      this.#options.log.error(
        { services: [...wanted.keys()].slice(MOST_KEPT) },
        `more than ${MOST_KEPT} Services say what is not accepted; what these said before is lost when the last replica ends that knows it`,
      );
    this.#wanted = new Map(kept);
    void this.#writing.look();
  }

  /** Ends it; what was not written yet is not. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('what Services said before is no longer kept'));
    await this.#writing.look();
  }

  async #write(): Promise<void> {
    const wanted = this.#wanted;
    const data = changes(this.#standing, wanted);
    if (Object.keys(data).length === 0 || this.#stop.signal.aborted) return;
    const { log } = this.#options;
    try {
      await untilAnswered(
        () => this.#configMap.note(data),
        this.#patience((err) =>
          log.warn(
            { err, configMap: this.#name() },
            'what Services said before cannot be kept for later replicas; trying again',
          ),
        ),
      );
      this.#standing = wanted;
    } catch {
      // only stopping ends the patience
    }
  }

  #patience(onFailure: (error: unknown) => void) {
    return { backoff: new Backoff(this.#options.random), signal: this.#stop.signal, onFailure };
  }

  #name(): string {
    return `${this.#options.installation.name}-traffic-values`;
  }
}

// neither namespaces nor Services have a dot in their name, and a key of a ConfigMap has no slash
const noteKey = (key: string): string => key.replace('/', '.');

/** What has to be written so that these stand in place of those. */
function changes(standing: AcceptedTexts, wanted: AcceptedTexts): Readonly<Record<string, string | null>> {
  const gone = [...standing.keys()].filter((key) => !wanted.has(key)).map((key) => [noteKey(key), null] as const);
  const notes = [...wanted].flatMap(([key, { uid, text }]) => {
    const before = standing.get(key);
    return before?.uid === uid && before.text === text ? [] : [[noteKey(key), JSON.stringify({ uid, text })] as const];
  });
  return Object.fromEntries([...gone, ...notes]);
}

/** A note as it was written; what somebody else wrote says nothing. */
function textIn(key: string, note: string): readonly (readonly [string, AcceptedText])[] {
  try {
    const read: unknown = JSON.parse(note);
    if (!isObject(read)) return [];
    const { uid, text } = read;
    return typeof uid === 'string' && typeof text === 'string' ? [[key.replace('.', '/'), { uid, text }]] : [];
  } catch {
    return [];
  }
}
