import { createPrivateKey } from 'node:crypto';
import { isIP } from 'node:net';
import { type CertificatePair, certificatePair } from './certificate-source.ts';

/** A certificate and its private key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface AuthorityRequest {
  readonly commonName: string;
  readonly now: Date;
  readonly lifetimeMs: number;
}

export interface LeafRequest {
  /** What clients will call the server: DNS names and IP addresses. */
  readonly names: readonly [string, ...string[]];
  readonly now: Date;
  /** At most this long; a leaf never outlives its authority. */
  readonly lifetimeMs: number;
}

/**
 * So far in the past a certificate begins. It is issued by the API server's clock, and that may be put back by the hours of a time
 * zone when it is set right.
 */
export const BEGINS_BEFORE_MS = 86_400_000;

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

// the longest common name that X.509 allows (ub-common-name of RFC 5280)
const MAX_COMMON_NAME = 64;

/** Issues an authority of its own, which can sign leaves and nothing else. */
export async function issueAuthority({ commonName, now, lifetimeMs }: AuthorityRequest): Promise<Issued> {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    ...validity(now, lifetimeMs),
    keys,
    signingAlgorithm: ECDSA_P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${authority.toString('pem')}\n`, key: await pemOf(keys.privateKey) };
}

/**
 * Signs a serving certificate for a fresh key.
 * @throws Error when the authority's key is no ECDSA P-256 key
 */
export async function signLeaf(authority: Issued, { names, now, lifetimeMs }: LeafRequest): Promise<CertificatePair> {
  const x509 = await loadX509();
  const [keys, signingKey] = await Promise.all([generateKeys(), signingKeyOf(authority.key)]);
  const issuer = new x509.X509Certificate(authority.certificate);
  const { notBefore, notAfter } = validity(now, lifetimeMs);
  const leaf = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [names[0].length <= MAX_COMMON_NAME ? names[0] : 'pillion'] }],
    issuer: issuer.subjectName,
    notBefore,
    notAfter: new Date(Math.min(issuer.notAfter.getTime(), notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ECDSA_P256,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(alternativeName)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return certificatePair(`${leaf.toString('pem')}\n`, await pemOf(keys.privateKey));
}

const alternativeName = (name: string) => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name });

/** The library and its polyfill cost 20 MB that a server with mounted certificates never pays. */
const loadX509 = async () => (await import('./x509-library.ts')).x509;

const validity = (now: Date, lifetimeMs: number) => ({
  notBefore: new Date(now.getTime() - BEGINS_BEFORE_MS),
  notAfter: new Date(now.getTime() + lifetimeMs),
});

// of the global object, as the library has them: with the types of a browser it is another one than that of node:crypto
type Key = Parameters<typeof globalThis.crypto.subtle.exportKey>[1];

function generateKeys(): Promise<{ readonly publicKey: Key; readonly privateKey: Key }> {
  return globalThis.crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify']);
}

function signingKeyOf(pem: string): Promise<Key> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return globalThis.crypto.subtle.importKey('pkcs8', der, ECDSA_P256, false, ['sign']);
}

async function pemOf(key: Key): Promise<string> {
  const der = await globalThis.crypto.subtle.exportKey('pkcs8', key);
  const object = createPrivateKey({ key: Buffer.from(der), type: 'pkcs8', format: 'der' });
  return String(object.export({ type: 'pkcs8', format: 'pem' }));
}
