import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Backoff } from '../backoff.ts';
import { NotedConfigMap } from '../noted-config-map.ts';
import type { OwnerReference } from '../owner-reference.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { type MemoryConfigMap, memoryKey, memoryName, readMemory } from './memory-content.ts';
import type { ObjectMemory } from './object-memory.ts';

export interface RegistrationMemoryOptions {
  readonly transport: KubeTransport;
  readonly namespace: string;
  /** Of the installation; the ConfigMap is called after it. */
  readonly installation: string;
  readonly owner: () => Promise<OwnerReference>;
  readonly log: Logger;
  /** Pauses between attempts to note something that fail. */
  readonly retry: Backoff;
  /** Told whether the ConfigMap holds what Pillion cannot have written. */
  readonly onCorrupt?: (problem: string | undefined) => void;
}

/**
 * What was registered, by uid, in a ConfigMap that outlives every replica: an object that is noted and absent was deleted by hand.
 * Whoever deletes a note, or the whole ConfigMap, has the object registered anew.
 */
export class RegistrationMemory implements ObjectMemory {
  readonly wayBack = 'pillion registration restore registers it again';
  readonly #options: RegistrationMemoryOptions;
  readonly #stop = new AbortController();
  readonly #configMap: NotedConfigMap;
  #known: ReadonlyMap<string, string> = new Map();
  #reported: ReadonlyMap<string, string> = new Map();
  #toNote = new Map<string, string>();
  #noting: Promise<void> | undefined;
  #reading: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(options: RegistrationMemoryOptions) {
    this.#options = options;
    const { transport, namespace, installation, owner } = options;
    this.#configMap = new NotedConfigMap({
      ...{ transport, namespace, name: this.#name(), installation, owner, purpose: PURPOSE },
      signal: this.#stop.signal,
    });
  }

  /**
   * The uid under which this object last stood; undefined when it never did, was retired, or is to be registered anew. Always asks
   * the API server; calls at the same time share one answer.
   * @throws ApiError, ClusterUnreachable, or Error when the owner of the installation is missing
   */
  async recall(kind: string, name: string): Promise<string | undefined> {
    const key = memoryKey(kind, name);
    return this.#toNote.get(key) ?? (await this.refresh()).get(key);
  }

  /**
   * Whether somebody else has changed what is remembered since the last call.
   * @throws as `recall`
   */
  async changed(): Promise<boolean> {
    const [before, now] = [this.#reported, await this.refresh()];
    this.#reported = now;
    return now.size !== before.size || [...now].some(([key, uid]) => before.get(key) !== uid);
  }

  /** Reads the ConfigMap anew. */
  refresh(): Promise<ReadonlyMap<string, string>> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Notes in the background that the object stands, again until that has worked. */
  remember(kind: string, name: string, uid: string): void {
    const key = memoryKey(kind, name);
    if (this.#known.get(key) === uid || this.#toNote.get(key) === uid) return;
    this.#toNote.set(key, uid);
    this.#noting ??= this.#note().finally(() => {
      this.#noting = undefined;
    });
  }

  /**
   * Forgets every object of the kind but these: what the policy no longer renders. It is done when this resolves, so that a
   * deletion that follows is nobody's but ours.
   * @throws as `recall`
   */
  async forgetAllBut(kind: string, names: ReadonlySet<string>): Promise<void> {
    const kept = new Set([...names].map((name) => memoryKey(kind, name)));
    const outdated = (key: string) => key.startsWith(memoryKey(kind, '')) && !kept.has(key);
    for (const key of [...this.#toNote.keys()].filter(outdated)) this.#toNote.delete(key);
    await this.#noting;
    const forgotten = [...(await this.refresh()).keys()].filter(outdated);
    if (forgotten.length === 0) return;
    await this.#configMap.note(Object.fromEntries(forgotten.map((key) => [key, null])));
    this.#reported = await this.refresh();
  }

  /** Gives up what has not been noted yet. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the registration was stopped'));
    await this.#noting;
  }

  async #read(): Promise<ReadonlyMap<string, string>> {
    const { transport, owner, onCorrupt, log } = this.#options;
    const [standing, { uid }] = await Promise.all([
      readJson<MemoryConfigMap>(transport, this.#configMap.path, this.#stop.signal),
      owner(),
    ]);
    const read = readMemory(standing, uid);
    onCorrupt?.(read.problem);
    if (read.problem !== undefined) log.error({ configMap: this.#name() }, read.problem);
    // what is not ours to add to makes way for a new one; it is recalled as empty from now on, whether that works or not
    if (standing !== undefined && read.replace) await this.#configMap.delete(standing.metadata.uid);
    this.#known = read.uids;
    return read.uids;
  }

  async #note(): Promise<void> {
    const { log, retry } = this.#options;
    // what is registered at the same time is noted by one call
    await sleep(NOTED_TOGETHER_MS, undefined, { ref: false });
    let told = false;
    while (this.#toNote.size > 0 && !this.#stop.signal.aborted) {
      const notes = new Map(this.#toNote);
      try {
        await this.#configMap.note(Object.fromEntries(notes));
        this.#known = new Map([...this.#known, ...notes]);
        this.#reported = new Map([...this.#reported, ...notes]);
        for (const [key, uid] of notes) if (this.#toNote.get(key) === uid) this.#toNote.delete(key);
        retry.reset();
      } catch (err) {
        if (this.#stop.signal.aborted) return;
        if (!told) log.error({ err, configMap: this.#name() }, NOT_NOTED);
        told = true;
        await sleep(retry.nextMs(), undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
      }
    }
  }

  #name(): string {
    return memoryName(this.#options.installation);
  }
}

const NOTED_TOGETHER_MS = 20;

const NOT_NOTED =
  'cannot note what is registered, so an object that is deleted by hand comes back with the next start; trying again until it works';

const PURPOSE =
  'what Pillion has registered, by uid; an object that is noted and absent was deleted by hand and stays so; delete this ConfigMap to register everything anew';
