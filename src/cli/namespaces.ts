import { isObject } from '../core/json/is-object.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { Fault } from '../core/problem/faults.ts';

/**
 * Namespaces as files and flags tell them: a Namespace object counts, a flag overrides it label by label.
 * @param flags `[NAMESPACE:]KEY=VALUE`; without a namespace it counts for all that are asked for
 */
export class OfflineNamespaces {
  readonly #labels = new Map<string, Map<string, string>>();
  readonly #everywhere = new Map<string, string>();

  /** @throws Fault PIL003 for a flag that cannot be read */
  constructor(documents: readonly unknown[], flags: readonly string[]) {
    for (const document of documents) this.#addObject(document);
    for (const flag of flags) this.#addFlag(flag);
  }

  /** Whether anything was said about the namespace. */
  knows(name: string): boolean {
    return this.#labels.has(name) || this.#everywhere.size > 0;
  }

  /** The namespace with all that is known of it; no labels when nothing is. */
  get(name: string): Namespace {
    const labels = [...this.#everywhere, ...(this.#labels.get(name) ?? [])];
    return { name, labels: Object.fromEntries(labels) };
  }

  #addObject(document: unknown): void {
    if (!isObject(document) || document.kind !== 'Namespace' || !isObject(document.metadata)) return;
    const { name, labels } = document.metadata;
    if (typeof name !== 'string') return;
    const entries = isObject(labels) ? Object.entries(labels).map(([key, value]) => [key, String(value)] as const) : [];
    this.#labels.set(name, new Map(entries));
  }

  #addFlag(flag: string): void {
    const [, namespace, key, value] = /^(?:([a-z0-9-]+):)?([^:=\s]+)=(.*)$/.exec(flag) ?? [];
    if (key === undefined || value === undefined)
      throw new Fault('PIL003', [
        { path: '', message: `--namespace-label ${flag} is not of the form [NAMESPACE:]KEY=VALUE` },
      ]);
    if (namespace === undefined) this.#everywhere.set(key, value);
    else this.#labels.set(namespace, (this.#labels.get(namespace) ?? new Map()).set(key, value));
  }
}
