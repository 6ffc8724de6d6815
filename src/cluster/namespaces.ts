import type { Namespace } from '../core/kubernetes/namespace.ts';
import { type NamespaceStamps, STAMP_KEYS, stampsIn } from '../core/namespaces/stamps.ts';
import type { ObjectMetadata } from './object-metadata.ts';
import type { WatchTarget } from './restarting-watch.ts';

export interface NamespacesOptions {
  /** Whether decisions read a label with this key; every other one is forgotten at once. */
  readonly keepLabel: (key: string) => boolean;
  /** Receives all namespaces whenever something has changed: a map that is never written again. */
  readonly publish: (namespaces: ReadonlyMap<string, Namespace>) => void;
  /**
   * Told of each namespace that is new or has changed, in the order of the watch, before it is published; not of those of the
   * first list.
   */
  readonly onChange?: (before: Namespace | undefined, after: Namespace, object: ObjectMetadata) => void;
  /** How long changes are collected before they are published; a list is published at once. */
  readonly coalesceMs?: number;
}

// short against the time a watch event itself takes; long enough that relabelling thousands of namespaces stays cheap
const COALESCE_MS = 20;

/** The namespaces of the cluster with the labels that matter and their stamps, kept by a watch and published whole. */
export class Namespaces implements WatchTarget {
  readonly #options: NamespacesOptions;
  #known = new Map<string, Namespace>();
  #pending: NodeJS.Timeout | undefined;
  #listed = false;

  constructor(options: NamespacesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#known.size;
  }

  beginList(): ReturnType<WatchTarget['beginList']> {
    const listed = new Map<string, Namespace>();
    return {
      add: (object) => {
        const after = this.#kept(object);
        listed.set(object.name, after);
        if (this.#listed) this.#changed(after, object);
      },
      complete: () => {
        this.#known = listed;
        this.#listed = true;
        this.#publish();
      },
    };
  }

  put(object: ObjectMetadata): void {
    const after = this.#kept(object);
    if (this.#known.get(object.name) === after) return;
    this.#changed(after, object);
    this.#known.set(object.name, after);
    this.#publishSoon();
  }

  remove({ name }: ObjectMetadata): void {
    if (this.#known.delete(name)) this.#publishSoon();
  }

  #changed(after: Namespace, object: ObjectMetadata): void {
    const before = this.#known.get(object.name);
    if (before !== after) this.#options.onChange?.(before, after, object);
  }

  /** What is kept of an object; the namespace already known when nothing of that has changed. */
  #kept({ name, labels = {}, annotations }: ObjectMetadata): Namespace {
    const kept = Object.entries(labels).filter(([key]) => this.#options.keepLabel(key));
    const stamps = stampsIn(annotations);
    const before = this.#known.get(name);
    if (before && sameLabels(before.labels, kept) && sameStamps(before.stamps, stamps)) return before;
    return {
      name,
      labels: kept.length === 0 ? NO_LABELS : Object.fromEntries(kept),
      ...(Object.keys(stamps).length === 0 ? {} : { stamps }),
    };
  }

  #publishSoon(): void {
    this.#pending ??= setTimeout(() => this.#publish(), this.#options.coalesceMs ?? COALESCE_MS).unref();
  }

  #publish(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    this.#options.publish(new Map(this.#known));
  }
}

// one object for the thousands of namespaces that carry nothing of interest
const NO_LABELS: Namespace['labels'] = Object.freeze({});

function sameLabels(before: Namespace['labels'], after: readonly (readonly [string, string])[]): boolean {
  return Object.keys(before).length === after.length && after.every(([key, value]) => before[key] === value);
}

const sameStamps = (before: NamespaceStamps | undefined, after: NamespaceStamps): boolean =>
  STAMP_KEYS.every((key) => before?.[key] === after[key]);
