import type { Snapshot } from '../../core/admission/snapshot.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';

/** The snapshot with one namespace more. Costs the same for ten namespaces and for ten thousand: nothing is copied. */
export function withNamespace(snapshot: Snapshot, namespace: Namespace): Snapshot {
  return { ...snapshot, namespaces: new OneMore(snapshot.namespaces, namespace) };
}

class OneMore implements ReadonlyMap<string, Namespace> {
  readonly #rest: ReadonlyMap<string, Namespace>;
  readonly #one: Namespace;

  constructor(rest: ReadonlyMap<string, Namespace>, one: Namespace) {
    this.#rest = rest;
    this.#one = one;
  }

  get size(): number {
    return this.#rest.size + (this.#rest.has(this.#one.name) ? 0 : 1);
  }

  get(name: string): Namespace | undefined {
    return name === this.#one.name ? this.#one : this.#rest.get(name);
  }

  has(name: string): boolean {
    return name === this.#one.name || this.#rest.has(name);
  }

  *entries(): MapIterator<[string, Namespace]> {
    for (const entry of this.#rest) if (entry[0] !== this.#one.name) yield entry;
    yield [this.#one.name, this.#one];
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<Namespace> {
    for (const [, namespace] of this.entries()) yield namespace;
  }

  [Symbol.iterator](): MapIterator<[string, Namespace]> {
    return this.entries();
  }

  forEach(visit: (value: Namespace, key: string, map: ReadonlyMap<string, Namespace>) => void): void {
    for (const [name, namespace] of this.entries()) visit(namespace, name, this);
  }
}
