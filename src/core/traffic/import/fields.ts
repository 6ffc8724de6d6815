import { isObject } from '../../json/is-object.ts';
import { pointer } from '../../json/pointer.ts';

/** Told of each place that the values cannot say, with why. */
export type Left = (path: string, message: string) => void;

/** What a field is for which the values have no word. */
const NO_WORD = 'traffic values have no word for it';

/** An object that is read field by field, so that what nobody reads is told. */
export class Fields {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly #left: Left;
  readonly #taken = new Set<string>();

  constructor(value: unknown, path: string, left: Left) {
    this.path = path;
    this.#left = left;
    this.value = isObject(value) ? value : {};
    if (value !== undefined && value !== null && !isObject(value))
      left(path, `is ${shown(value)}; accepted: an object`);
  }

  /** Whether anything stands there. */
  has(key: string): boolean {
    return Object.hasOwn(this.value, key) && this.value[key] !== undefined && this.value[key] !== null;
  }

  keys(): readonly string[] {
    return Object.keys(this.value);
  }

  /** What stands in a field, of whatever kind. */
  take(key: string): unknown {
    this.#taken.add(key);
    return this.has(key) ? this.value[key] : undefined;
  }

  group(key: string): Fields {
    return new Fields(this.take(key), this.pathOf(key), this.#left);
  }

  /** The objects of a list. */
  list(key: string): readonly Fields[] {
    return this.#items(key).map((item, index) => new Fields(item, this.pathOf(key) + pointer(index), this.#left));
  }

  text(key: string): string | undefined {
    return this.#of(key, 'a text', (value) => (typeof value === 'string' ? value : undefined));
  }

  number(key: string): number | undefined {
    return this.#of(key, 'a number', (value) => (typeof value === 'number' ? value : undefined));
  }

  flag(key: string): boolean | undefined {
    return this.#of(key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  texts(key: string): readonly string[] {
    return this.#items(key).flatMap((item, index) => {
      if (typeof item === 'string') return [item];
      this.#left(this.pathOf(key) + pointer(index), `is ${shown(item)}; accepted: a text`);
      return [];
    });
  }

  /** Tells that what stands in a field cannot be said. */
  leave(key: string, message: string): void {
    this.#taken.add(key);
    this.#left(key === '' ? this.path : this.pathOf(key), message);
  }

  /** Tells of every field that nobody took. */
  end(): void {
    for (const key of this.keys()) if (!this.#taken.has(key) && this.has(key)) this.#left(this.pathOf(key), NO_WORD);
  }

  pathOf(key: string): string {
    return this.path + pointer(key);
  }

  #items(key: string): readonly unknown[] {
    const value = this.take(key) ?? [];
    if (Array.isArray(value)) return value;
    this.#left(this.pathOf(key), `is ${shown(value)}; accepted: a list`);
    return [];
  }

  #of<T>(key: string, accepted: string, read: (value: unknown) => T | undefined): T | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    const found = read(value);
    if (found === undefined) this.#left(this.pathOf(key), `is ${shown(value)}; accepted: ${accepted}`);
    return found;
  }
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
