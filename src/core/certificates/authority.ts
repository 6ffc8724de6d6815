/** A certificate of an authority; times are milliseconds since the epoch. */
export interface AuthorityCertificate {
  readonly pem: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** An authority that can sign: its key is PEM, and is never logged or shown. */
export interface SigningAuthority {
  readonly certificate: AuthorityCertificate;
  readonly key: string;
}

/** The authorities of one installation. Those that are named here are all trusted; `current` signs. */
export interface Authorities {
  readonly current: SigningAuthority;
  /** Signs as soon as the API server trusts it. */
  readonly next: SigningAuthority | undefined;
  /** Signed before; its leaves may still be served. The newest comes first. */
  readonly previous: readonly AuthorityCertificate[];
  /** From then on no leaf of `previous` is valid any more; undefined: nobody knows. */
  readonly previousUntilMs: number | undefined;
}

/** Whether a certificate holds at that time. */
export const isValid = ({ notBeforeMs, notAfterMs }: AuthorityCertificate, nowMs: number): boolean =>
  notBeforeMs <= nowMs && nowMs < notAfterMs;

/** The certificates of the authorities that are trusted, in the order of the bundle. */
export function trusted({ current, next, previous }: Authorities): readonly AuthorityCertificate[] {
  return [current.certificate, ...(next ? [next.certificate] : []), ...previous];
}

/** The bundle: everything that is trusted, as PEM. The same authorities give the same text. */
export const bundleOf = (authorities: Authorities): string =>
  trusted(authorities)
    .map(({ pem }) => pem)
    .join('');
