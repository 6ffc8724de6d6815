import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

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
 * @throws Error when one of them is not PEM or the key does not fit the certificate, as while a pair is being replaced, and
 *   when no TLS server can use them: a broken chain, a key that is too small
 */
export function certificatePair(certificate: string, key: string): CertificatePair {
  const leaf = new X509Certificate(certificate);
  if (!leaf.checkPrivateKey(createPrivateKey(key)))
    throw new Error('the private key does not fit the certificate; write both files of one pair');
  refuseUnusable(certificate, key);
  return { certificate, key, notAfter: leaf.validToDate };
}

/** Only OpenSSL itself knows whether it will serve a pair; a pair that it refuses later would break a running listener. */
function refuseUnusable(cert: string, key: string): void {
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const said = (cause as Error).message;
    throw new Error(`no TLS server can use the pair: ${said}; write the whole chain, and a key that is strong enough`, {
      cause,
    });
  }
}

/** A source that never changes. */
export function fixedCertificate(pair: CertificatePair): CertificateSource {
  return { current: pair, onRenewed: () => () => {} };
}
