import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** How long the stages of a shutdown may take, in milliseconds. */
export interface ShutdownTimes {
  /** Keep serving after readiness is off, until every API server has forgotten this endpoint. */
  readonly drainMs: number;
  /** Let calls in flight complete before their connections are cut. */
  readonly timeoutMs: number;
}

/** What a server consists of, as far as stopping it goes. */
export interface Stoppable {
  readinessOff(): void;
  /** Ends what readers of the dashboard have open, so that they go on with another replica; takes a few seconds at most. */
  closeDashboard?(): Promise<void>;
  /** Stops accepting, sends GOAWAY, resolves when the last call is answered and its connection closed. */
  closeAdmission(): Promise<void>;
  destroyConnections(): void;
  flushRecords(): Promise<void>;
  closeOps(): Promise<void>;
}

/** `drained`: every call was answered. `cut`: some connection had to be cut, by the timeout or by an abort. */
export type ShutdownResult = 'drained' | 'cut';

/** One shutdown: its stages run once and in order, however often it is asked for. */
export class Shutdown {
  readonly #parts: Stoppable;
  readonly #log: Logger;
  readonly #abort = new AbortController();
  #running: Promise<ShutdownResult> | undefined;

  constructor(parts: Stoppable, log: Logger) {
    this.#parts = parts;
    this.#log = log;
  }

  /** Starts the shutdown, or joins the one that runs. It never rejects: a stage that fails is logged, the next ones follow. */
  run(times: ShutdownTimes): Promise<ShutdownResult> {
    this.#running ??= this.#stages(times);
    return this.#running;
  }

  /** Skips whatever is still waited for: connections are cut, records are flushed, nothing is drained any more. */
  abort(): Promise<ShutdownResult> {
    this.#abort.abort();
    return this.run({ drainMs: 0, timeoutMs: 0 });
  }

  async #stages({ drainMs, timeoutMs }: ShutdownTimes): Promise<ShutdownResult> {
    const parts = this.#parts;
    await this.#stage('readiness', () => parts.readinessOff());
    const dashboard = this.#stage('dashboard', () => parts.closeDashboard?.());
    await this.#pause(drainMs);
    const closed = this.#stage('admission', () => parts.closeAdmission()).then((done) => (done ? 'drained' : 'cut'));
    const patience = new AbortController();
    const outOfTime = this.#pause(timeoutMs, patience.signal).then(() => 'cut' as const);
    const result = await Promise.race([closed, outOfTime]);
    patience.abort();
    if (result === 'cut') {
      await this.#stage('connections', () => parts.destroyConnections());
      await closed;
    }
    await dashboard;
    await this.#stage('records', () => parts.flushRecords());
    await this.#stage('ops', () => parts.closeOps());
    return result;
  }

  /** Whether the stage could be completed. */
  async #stage(stage: string, complete: () => void | Promise<void>): Promise<boolean> {
    try {
      await complete();
      return true;
    } catch (err) {
      this.#log.error({ err, stage }, 'a stage of the shutdown failed; the next one follows');
      return false;
    }
  }

  /** Waits, at most until the shutdown is aborted. */
  async #pause(ms: number, alsoUntil?: AbortSignal): Promise<void> {
    const until = alsoUntil ? AbortSignal.any([this.#abort.signal, alsoUntil]) : this.#abort.signal;
    await sleep(ms, undefined, { signal: until }).catch(() => {});
  }
}

/** The part of `process` that announces signals. */
export interface SignalSource {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  removeListener(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
}

/** Is aborted by SIGTERM or SIGINT, until it is closed: for the time before there is something to shut down. */
export function abortedBySignal(signals: SignalSource): { readonly signal: AbortSignal; close(): void } {
  const controller = new AbortController();
  const onSignal = () => controller.abort(new Error('a signal ended the start'));
  signals.on('SIGTERM', onSignal);
  signals.on('SIGINT', onSignal);
  const close = () => {
    signals.removeListener('SIGTERM', onSignal);
    signals.removeListener('SIGINT', onSignal);
  };
  return { signal: controller.signal, close };
}

/**
 * Waits for SIGTERM or SIGINT and shuts down in order; a second signal aborts at once.
 * @returns when the process has nothing left to do; `cut` also when the shutdown itself failed
 */
export function shutDownOnSignal(
  signals: SignalSource,
  server: { close(times: ShutdownTimes): Promise<ShutdownResult>; abort(): Promise<ShutdownResult> },
  times: ShutdownTimes,
  log: Logger,
): Promise<ShutdownResult> {
  const failed = (err: unknown): ShutdownResult => {
    log.error({ err }, 'the shutdown failed; the process ends without the rest of it');
    return 'cut';
  };
  return new Promise((resolve) => {
    let stopping = false;
    const onSignal = () => {
      if (stopping) {
        log.warn('second signal: connections are cut now');
        server.abort().catch(failed);
        return;
      }
      stopping = true;
      log.info({ ...times }, 'stopping: readiness is off, calls are answered until the endpoint is forgotten');
      const stopped = (result: ShutdownResult) => {
        signals.removeListener('SIGTERM', onSignal);
        signals.removeListener('SIGINT', onSignal);
        log.info({ result }, 'stopped');
        resolve(result);
      };
      void server.close(times).catch(failed).then(stopped);
    };
    signals.on('SIGTERM', onSignal);
    signals.on('SIGINT', onSignal);
  });
}
