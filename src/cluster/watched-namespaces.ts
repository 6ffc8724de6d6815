import type { Logger } from 'pino';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { Namespaces } from './namespaces.ts';
import { RestartingWatch, type RestartingWatchOptions } from './restarting-watch.ts';
import type { KubeTransport } from './transport.ts';
import type { UnseenOptIns } from './unseen-opt-ins.ts';

export interface WatchedNamespacesOptions {
  readonly transport: KubeTransport;
  /** The keys of the labels that decisions read; every other label is forgotten at once. */
  readonly labels: ReadonlySet<string>;
  /** Receives all namespaces, the first time as soon as they are known. */
  readonly publish: (namespaces: ReadonlyMap<string, Namespace>) => void;
  /** Compares each change of an opt-in with its stamps. */
  readonly unseen?: UnseenOptIns;
  /** Called once, when the first list has been published. */
  readonly onSynced: () => void;
  readonly log: Logger;
  readonly metrics: RestartingWatchOptions['metrics'] & { objects(count: number): void };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
}

export interface WatchedNamespaces {
  /**
   * Changes the labels that are kept. `whenKnown` is called as soon as every namespace has been published with these labels,
   * while those of before are still there: the moment to let decisions read the new ones. One change at a time.
   * @throws Error when the watch is stopped first
   */
  keepLabels(labels: ReadonlySet<string>, whenKnown: () => void): Promise<void>;
  stop(): Promise<void>;
}

/** Follows the namespaces of the cluster until stopped. */
export function watchNamespaces(options: WatchedNamespacesOptions): WatchedNamespaces {
  const { transport, publish, unseen, onSynced, log, metrics, now, random } = options;
  let { labels } = options;
  let synced = false;
  const namespaces = new Namespaces({
    keepLabel: (key) => labels.has(key),
    onChange: (before, after, object) => unseen?.compare(before, after, object),
    publish: (all) => {
      publish(all);
      unseen?.count(all);
      metrics.objects(all.size);
      if (!synced) onSynced();
      synced = true;
    },
  });
  const watch = new RestartingWatch({
    transport,
    path: '/api/v1/namespaces',
    target: namespaces,
    log,
    metrics,
    now,
    random,
  });
  watch.start();
  return {
    async keepLabels(next, whenKnown) {
      const before = labels;
      labels = new Set([...before, ...next]);
      if (labels.size > before.size) await watch.relist();
      whenKnown();
      labels = next;
    },
    stop: () => watch.stop(),
  };
}
