import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { type CertificatePair, certificatePair } from './certificate-source.ts';

export interface SelfSignedOptions {
  /** What clients will call the server: DNS names and IP addresses; the first one is the common name. */
  readonly names: readonly [string, ...string[]];
  readonly now: Date;
  /** How long the leaf is valid, in days. */
  readonly days?: number;
}

/** A certificate authority of its own and a serving pair it has signed. */
export interface SelfSigned {
  /** PEM; what `caBundle` of a webhook configuration, or a client, has to trust. */
  readonly authority: string;
  readonly pair: CertificatePair;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
// short enough that a lost key hardly matters, long enough to survive a long weekend without renewal
const LEAF_DAYS = 7;
const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Issues a fresh authority and a serving pair for `names`. Both start one hour in the past, for clients whose clock is behind.
 * The authority's key is thrown away: nothing else can ever be signed with it.
 */
export async function issueSelfSigned({ names, now, days = LEAF_DAYS }: SelfSignedOptions): Promise<SelfSigned> {
  // the library needs the polyfill, and both cost 20 MB that a server with mounted certificates never pays
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(globalThis.crypto);
  const [authorityKeys, leafKeys] = await Promise.all([generateKeys(), generateKeys()]);
  const notBefore = new Date(now.getTime() - HOUR_MS);
  const notAfter = new Date(now.getTime() + days * DAY_MS);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['pillion self-signed authority'] }],
    notBefore,
    notAfter,
    keys: authorityKeys,
    signingAlgorithm: ECDSA_P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [names[0]] }],
    issuer: authority.subject,
    notBefore,
    notAfter,
    publicKey: leafKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ECDSA_P256,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: isIP(name) ? 'ip' : 'dns', value: name }))),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const key = await globalThis.crypto.subtle.exportKey('pkcs8', leafKeys.privateKey);
  return {
    authority: `${authority.toString('pem')}\n`,
    pair: certificatePair(`${leaf.toString('pem')}\n`, `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`),
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return globalThis.crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify']);
}
