import { asText } from '../json/as-text.ts';
import { isObject } from '../json/is-object.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { Fault } from '../problem/faults.ts';

type LabelsByNamespace = Map<string, Map<string, string>>;

/**
 * Namespaces as files and flags tell them: a Namespace object counts, a flag for all namespaces overrides it label by
 * label, and a flag for this one overrides both.
 */
export class OfflineNamespaces {
  readonly #ofObjects: LabelsByNamespace = new Map();
  readonly #ofFlags: LabelsByNamespace = new Map();
  readonly #everywhere = new Map<string, string>();

  /**
   * @param flags `[NAMESPACE:]KEY=VALUE`
   * @throws Fault PIL003 for a flag that cannot be read
   */
  constructor(documents: readonly unknown[], flags: readonly string[]) {
    for (const document of documents) this.#addObject(document);
    for (const flag of flags) this.#addFlag(flag);
  }

  /** Whether anything was said about the namespace. */
  knows(name: string): boolean {
    return this.#ofObjects.has(name) || this.#ofFlags.has(name) || this.#everywhere.size > 0;
  }

  /** The namespace with all that is known of it; no labels when nothing is. */
  get(name: string): Namespace {
    const labels = [...(this.#ofObjects.get(name) ?? []), ...this.#everywhere, ...(this.#ofFlags.get(name) ?? [])];
    return { name, labels: Object.fromEntries(labels) };
  }

  #addObject(document: unknown): void {
    if (!isObject(document) || document.kind !== 'Namespace' || !isObject(document.metadata)) return;
    if ((document.apiVersion ?? 'v1') !== 'v1') return;
    const { name, labels } = document.metadata;
    if (typeof name !== 'string') return;
    const entries = isObject(labels) ? Object.entries(labels).map(([key, value]) => [key, asText(value)] as const) : [];
    this.#ofObjects.set(name, new Map(entries));
  }

  #addFlag(flag: string): void {
    const [, namespace, key, value] = /^(?:([a-z0-9-]+):)?([^:=\s]+)=(.*)$/.exec(flag) ?? [];
    if (key === undefined || value === undefined)
      throw new Fault('PIL003', [
        { path: '', message: `--namespace-label ${flag} is not of the form [NAMESPACE:]KEY=VALUE` },
      ]);
    if (namespace === undefined) this.#everywhere.set(key, value);
    else this.#ofFlags.set(namespace, (this.#ofFlags.get(namespace) ?? new Map()).set(key, value));
  }
}
