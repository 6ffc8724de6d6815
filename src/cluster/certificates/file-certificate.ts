import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { type CertificatePair, type CertificateSource, certificatePair } from './certificate-source.ts';

export interface FileCertificateOptions {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** How often the files are read without being told of a change; 10,000 as in controller-runtime's certwatcher. */
  readonly pollMs?: number;
  readonly log: Logger;
  readonly metrics: { loaded(notAfter: Date): void; reloaded(result: 'renewed' | 'failed'): void };
}

/**
 * A pair kept in two files, followed live. A pair that cannot be read, is half written or does not fit leaves the previous
 * one in service.
 */
export class FileCertificate implements CertificateSource {
  readonly #options: FileCertificateOptions;
  readonly #listeners = new Set<(pair: CertificatePair) => void>();
  readonly #watchers: FSWatcher[] = [];
  #poll: NodeJS.Timeout | undefined;
  #current: CertificatePair | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #reportedFault = '';

  private constructor(options: FileCertificateOptions) {
    this.#options = options;
  }

  /** Reads the pair once and follows it from then on; a pair that is not there yet is awaited, not an error. */
  static async follow(options: FileCertificateOptions): Promise<FileCertificate> {
    const source = new FileCertificate(options);
    await source.refresh();
    source.#start();
    return source;
  }

  get current(): CertificatePair | undefined {
    return this.#current;
  }

  onRenewed(listener: (pair: CertificatePair) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads the files now; resolves when the newest content has been judged. */
  refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#readUntilSettled().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Stops following; the current pair stays. */
  close(): void {
    clearInterval(this.#poll);
    for (const watcher of this.#watchers) watcher.close();
  }

  #start(): void {
    const { certificateFile, keyFile, pollMs = 10_000 } = this.#options;
    this.#poll = setInterval(() => void this.refresh(), pollMs).unref();
    // a mounted Secret is replaced by swapping the link `..data` beside the files, so the folders are watched, not the files
    for (const folder of new Set([dirname(certificateFile), dirname(keyFile)])) {
      try {
        const watcher = watch(folder, { persistent: false }, () => void this.refresh());
        watcher.on('error', () => watcher.close());
        this.#watchers.push(watcher);
      } catch (cause) {
        this.#options.log.warn(
          { err: cause, folder },
          'cannot watch the certificate folder; a change is seen by polling',
        );
      }
    }
  }

  async #readUntilSettled(): Promise<void> {
    do {
      this.#again = false;
      await this.#readOnce();
    } while (this.#again);
  }

  async #readOnce(): Promise<void> {
    const { certificateFile, keyFile, log, metrics } = this.#options;
    try {
      const [certificate, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
      const unchanged = certificate === this.#current?.certificate && key === this.#current.key;
      const pair = unchanged ? undefined : certificatePair(certificate, key);
      this.#reportedFault = '';
      if (pair === undefined) return;
      this.#current = pair;
      metrics.loaded(pair.notAfter);
      metrics.reloaded('renewed');
      log.info({ certificateFile, notAfter: pair.notAfter }, 'certificate loaded');
      for (const listener of this.#listeners) listener(pair);
    } catch (cause) {
      metrics.reloaded('failed');
      this.#reportOnce(cause);
    }
  }

  /** A fault that stays is logged once, not at every poll. */
  #reportOnce(cause: unknown): void {
    const fault = String(cause);
    if (fault === this.#reportedFault) return;
    this.#reportedFault = fault;
    const { certificateFile, keyFile, log } = this.#options;
    const consequence = this.#current
      ? 'the previous certificate stays in service; check the mounted TLS Secret'
      : 'no connection can be served until the pair is there; check the mounted TLS Secret';
    log.warn({ err: cause, certificateFile, keyFile }, `cannot load the certificate: ${consequence}`);
  }
}
