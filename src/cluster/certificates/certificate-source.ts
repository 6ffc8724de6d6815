import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A serving certificate (PEM, with its chain) and the key that fits it. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
  readonly notAfter: Date;
}

/** Where a server's certificate comes from; the server never learns which kind of source it has. */
export interface CertificateSource {
  /** The pair in service; undefined until one could be read. */
  readonly current: CertificatePair | undefined;
  /** Calls `listener` for each later pair; returns a function that ends that. */
  onRenewed(listener: (pair: CertificatePair) => void): () => void;
}

/**
 * Makes a pair of PEM texts.
 * @throws Error when one of them is not PEM or the key does not fit the certificate, as while a pair is being replaced
 */
export function certificatePair(certificate: string, key: string): CertificatePair {
  const leaf = new X509Certificate(certificate);
  if (!leaf.checkPrivateKey(createPrivateKey(key)))
    throw new Error('the private key does not fit the certificate; write both files of one pair');
  return { certificate, key, notAfter: leaf.validToDate };
}

/** A source that never changes. */
export function fixedCertificate(pair: CertificatePair): CertificateSource {
  return { current: pair, onRenewed: () => () => {} };
}
