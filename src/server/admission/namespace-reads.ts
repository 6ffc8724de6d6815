import type { Namespace } from '../../core/kubernetes/namespace.ts';

/** Reads one namespace from the API server; undefined when there is none. It must reject when `signal` aborts. */
export type ReadNamespace = (name: string, signal: AbortSignal) => Promise<Namespace | undefined>;

export type NamespaceRead =
  | { readonly result: 'found'; readonly namespace: Namespace }
  | { readonly result: 'absent' | 'failed' | 'timeout' | 'overloaded'; readonly message: string };

interface Flight {
  readonly read: Promise<NamespaceRead>;
}

/** Live reads of namespaces: one flight for each name, however many reviews wait for it, and a bounded number at a time. */
export class NamespaceReads {
  readonly #readNamespace: ReadNamespace;
  readonly #limits: { readonly namespaceReadMs: number; readonly maxNamespaceReads: number };
  readonly #onRead: (result: NamespaceRead['result']) => void;
  readonly #flights = new Map<string, Flight>();

  constructor(
    readNamespace: ReadNamespace,
    limits: { readonly namespaceReadMs: number; readonly maxNamespaceReads: number },
    onRead: (result: NamespaceRead['result']) => void,
  ) {
    this.#readNamespace = readNamespace;
    this.#limits = limits;
    this.#onRead = onRead;
  }

  /** Never rejects and takes at most `withinMs`, even when it joins a flight that takes longer. */
  async read(name: string, withinMs: number): Promise<NamespaceRead> {
    const flight = this.#flights.get(name) ?? this.#start(name);
    if (!flight) return { result: 'overloaded', message: 'too many other namespaces are being read; try again' };
    let patience: NodeJS.Timeout | undefined;
    const impatient = new Promise<NamespaceRead>((resolve) => {
      patience = setTimeout(() => resolve(timedOut(name, withinMs)), withinMs);
    });
    try {
      return await Promise.race([flight.read, impatient]);
    } finally {
      clearTimeout(patience);
    }
  }

  #start(name: string): Flight | undefined {
    const { namespaceReadMs, maxNamespaceReads } = this.#limits;
    if (this.#flights.size >= maxNamespaceReads) {
      this.#onRead('overloaded');
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), namespaceReadMs).unref();
    const read = this.#outcome(name, abort.signal).finally(() => {
      clearTimeout(timer);
      this.#flights.delete(name);
    });
    const flight = { read };
    this.#flights.set(name, flight);
    void read.then(({ result }) => this.#onRead(result));
    return flight;
  }

  async #outcome(name: string, signal: AbortSignal): Promise<NamespaceRead> {
    try {
      const namespace = await this.#readNamespace(name, signal);
      if (namespace) return { result: 'found', namespace };
      return { result: 'absent', message: `the API server knows no namespace "${name}"` };
    } catch (cause) {
      if (signal.aborted) return timedOut(name, this.#limits.namespaceReadMs);
      const said = cause instanceof Error ? cause.message : String(cause);
      return { result: 'failed', message: `namespace "${name}" could not be read: ${said}` };
    }
  }
}

const timedOut = (name: string, withinMs: number): NamespaceRead => ({
  result: 'timeout',
  message: `namespace "${name}" could not be read within ${Math.round(withinMs)} ms`,
});
