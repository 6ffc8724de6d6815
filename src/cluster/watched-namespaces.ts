import type { Logger } from 'pino';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { Namespaces } from './namespaces.ts';
import { RestartingWatch, type RestartingWatchOptions } from './restarting-watch.ts';
import type { KubeTransport } from './transport.ts';

export interface WatchedNamespacesOptions {
  readonly transport: KubeTransport;
  readonly keepLabel: (key: string) => boolean;
  /** Receives all namespaces, the first time as soon as they are known. */
  readonly publish: (namespaces: ReadonlyMap<string, Namespace>) => void;
  /** Called once, when the first list has been published. */
  readonly onSynced: () => void;
  readonly log: Logger;
  readonly metrics: RestartingWatchOptions['metrics'] & { objects(count: number): void };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
}

/** Follows the namespaces of the cluster until stopped. */
export function watchNamespaces(options: WatchedNamespacesOptions): { stop(): Promise<void> } {
  const { transport, keepLabel, publish, onSynced, log, metrics, now, random } = options;
  let synced = false;
  const namespaces = new Namespaces({
    keepLabel,
    publish: (all) => {
      publish(all);
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
  return { stop: () => watch.stop() };
}
