import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { FollowedFiles } from '../followed-files.ts';
import { ToldOnce } from '../told-once.ts';
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
  readonly #files: FollowedFiles;
  readonly #faults = new ToldOnce();
  #current: CertificatePair | undefined;

  private constructor(options: FileCertificateOptions) {
    this.#options = options;
    const { certificateFile, keyFile, pollMs, log } = options;
    this.#files = new FollowedFiles({ files: [certificateFile, keyFile], look: () => this.#readOnce(), pollMs, log });
  }

  /** Reads the pair once and follows it from then on; a pair that is not there yet is awaited, not an error. */
  static async follow(options: FileCertificateOptions): Promise<FileCertificate> {
    const source = new FileCertificate(options);
    await source.refresh();
    source.#files.start();
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
    return this.#files.refresh();
  }

  /** Stops following; the current pair stays. */
  close(): void {
    this.#files.close();
  }

  async #readOnce(): Promise<void> {
    const { certificateFile, keyFile, log, metrics } = this.#options;
    try {
      const [certificate, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
      const unchanged = certificate === this.#current?.certificate && key === this.#current.key;
      const pair = unchanged ? undefined : certificatePair(certificate, key);
      this.#faults.forget();
      if (pair === undefined) return;
      this.#current = pair;
      metrics.loaded(pair.notAfter);
      metrics.reloaded('renewed');
      log.info({ certificateFile, notAfter: pair.notAfter }, 'certificate loaded');
      for (const listener of this.#listeners) listener(pair);
    } catch (cause) {
      metrics.reloaded('failed');
      this.#report(cause);
    }
  }

  #report(cause: unknown): void {
    if (!this.#faults.isNews(cause)) return;
    const { certificateFile, keyFile, log } = this.#options;
    const consequence = this.#current
      ? 'the previous certificate stays in service; check the mounted TLS Secret'
      : 'no connection can be served until the pair is there; check the mounted TLS Secret';
    log.warn({ err: cause, certificateFile, keyFile }, `cannot load the certificate: ${consequence}`);
  }
}
