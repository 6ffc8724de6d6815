/** Reads something by the name of a namespace or another object; undefined when there is no such thing. It must reject when `signal` aborts. */
export type ReadLive<T> = (name: string, signal: AbortSignal) => Promise<T | undefined>;

export type LiveRead<T> =
  | { readonly result: 'found'; readonly value: T }
  | { readonly result: 'absent' | 'failed' | 'timeout' | 'overloaded'; readonly message: string };

export interface LiveReadsOptions<T> {
  /** What is read, as messages name it, such as `namespace`. */
  readonly what: string;
  readonly read: ReadLive<T>;
  readonly withinMs: number;
  readonly maxAtOnce: number;
  readonly onRead: (result: LiveRead<T>['result']) => void;
}

interface Flight<T> {
  readonly read: Promise<LiveRead<T>>;
}

/** Live reads for reviews: one flight for each name, however many reviews wait for it, and a bounded number at a time. */
export class LiveReads<T> {
  readonly #options: LiveReadsOptions<T>;
  readonly #flights = new Map<string, Flight<T>>();

  constructor(options: LiveReadsOptions<T>) {
    this.#options = options;
  }

  /** Never rejects and takes at most `withinMs`, even when it joins a flight that takes longer. */
  async read(name: string, withinMs: number): Promise<LiveRead<T>> {
    const flight = this.#flights.get(name) ?? this.#start(name);
    if (!flight)
      return { result: 'overloaded', message: `too many others are being read beside ${this.#named(name)}; try again` };
    let patience: NodeJS.Timeout | undefined;
    const impatient = new Promise<LiveRead<T>>((resolve) => {
      patience = setTimeout(() => resolve(this.#timedOut(name, withinMs)), withinMs);
    });
    try {
      return await Promise.race([flight.read, impatient]);
    } finally {
      clearTimeout(patience);
    }
  }

  #start(name: string): Flight<T> | undefined {
    const { withinMs, maxAtOnce, onRead } = this.#options;
    if (this.#flights.size >= maxAtOnce) {
      onRead('overloaded');
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), withinMs).unref();
    const read = this.#outcome(name, abort.signal).finally(() => {
      clearTimeout(timer);
      this.#flights.delete(name);
    });
    const flight = { read };
    this.#flights.set(name, flight);
    void read.then(({ result }) => onRead(result));
    return flight;
  }

  async #outcome(name: string, signal: AbortSignal): Promise<LiveRead<T>> {
    try {
      const value = await this.#options.read(name, signal);
      if (value !== undefined) return { result: 'found', value };
      return { result: 'absent', message: `the API server knows no ${this.#named(name)}` };
    } catch (cause) {
      if (signal.aborted) return this.#timedOut(name, this.#options.withinMs);
      const said = cause instanceof Error ? cause.message : String(cause);
      return { result: 'failed', message: `${this.#named(name)} could not be read: ${said}` };
    }
  }

  #named(name: string): string {
    return `${this.#options.what} "${name}"`;
  }

  #timedOut(name: string, withinMs: number): LiveRead<T> {
    return { result: 'timeout', message: `${this.#named(name)} could not be read within ${Math.round(withinMs)} ms` };
  }
}
