import { mustSignLeaf, renewalOf, type ServedLeaf } from '../../core/certificates/leaf-step.ts';
import type { CertificatePair, CertificateSource } from './certificate-source.ts';
import { BEGINS_BEFORE_MS, type Issued, type LeafRequest, signLeaf } from './issue.ts';
import { WatchedValue } from './watched-value.ts';

export interface OwnLeafOptions extends Pick<LeafRequest, 'names' | 'lifetimeMs'> {
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** What a leaf is signed by, and when. */
export interface SigningTime {
  /** The API server's. */
  readonly nowMs: number;
  readonly authority: Issued;
  /** Whether every registered webhook has trusted that authority for long enough. */
  readonly authoritySettled: boolean;
  /** PEM certificates of all authorities that are trusted. */
  readonly trusted: readonly string[];
}

/** The serving certificate of this process. Its key is made here and never leaves the process. */
export class OwnLeaf implements CertificateSource {
  readonly #options: OwnLeafOptions;
  readonly #pair = new WatchedValue<CertificatePair>();
  #signed: ServedLeaf | undefined;

  constructor(options: OwnLeafOptions) {
    this.#options = options;
  }

  get current(): CertificatePair | undefined {
    return this.#pair.current;
  }

  onRenewed(listener: (pair: CertificatePair) => void): () => void {
    return this.#pair.onSet(listener);
  }

  /** PEM certificate of the authority that signed it. */
  get issuer(): string | undefined {
    return this.#signed?.issuer;
  }

  /** When it is to be signed anew, by the API server's clock. */
  get renewAtMs(): number {
    return this.#signed?.renewAtMs ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Signs anew when that is due.
   * @returns whether it did
   * @throws Error when the authority cannot sign
   */
  async keep({ nowMs, authority, authoritySettled, trusted }: SigningTime): Promise<boolean> {
    const issuer = authority.certificate;
    if (!mustSignLeaf(this.#signed, { nowMs, authority: issuer, authoritySettled, trusted })) return false;
    const { names, lifetimeMs, random } = this.#options;
    const pair = await signLeaf(authority, { names, now: new Date(nowMs), lifetimeMs });
    const notBeforeMs = nowMs - BEGINS_BEFORE_MS;
    this.#signed = { issuer, notBeforeMs, renewAtMs: renewalOf(nowMs, pair.notAfter.getTime(), random()) };
    this.#pair.set(pair);
    return true;
  }
}
