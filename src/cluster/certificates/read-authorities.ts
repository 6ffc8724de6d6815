import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type AuthorityCertificate, bundleOf, type SigningAuthority } from '../../core/certificates/authority.ts';
import type { StandingAuthorities } from '../../core/certificates/next-step.ts';
import { certificatesIn } from '../registration/ca-bundle.ts';
import { type AuthorityKey, PREVIOUS_UNTIL, ROTATE, type Secret } from './authority-secret.ts';

/**
 * Judges what the Secret of the authorities holds. Nothing in it is believed: a part that cannot be used is named among the faults,
 * and what is left is still used.
 */
export function readAuthorities({ metadata, data }: Secret): StandingAuthorities {
  const faults: string[] = [];
  const textAt = (key: AuthorityKey): string | undefined => {
    const value = data?.[key];
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
  };
  const part = <T>(key: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (cause) {
      faults.push(`${key}: ${(cause as Error).message}`);
      return undefined;
    }
  };
  const keyless: AuthorityCertificate[] = [];
  const signing = (certificateKey: AuthorityKey, keyKey: AuthorityKey): SigningAuthority | undefined => {
    const certificate = part(certificateKey, () => onlyAuthorityIn(textAt(certificateKey)));
    if (certificate === undefined) return undefined;
    const key = part(keyKey, () => fittingKey(textAt(keyKey), certificate.pem));
    if (key === undefined) keyless.push(certificate);
    return key === undefined ? undefined : { certificate, key };
  };

  const current = signing('tls.crt', 'tls.key');
  const hasNext = textAt('next.crt') !== undefined || textAt('next.key') !== undefined;
  const next = hasNext ? signing('next.crt', 'next.key') : undefined;
  const previousText = textAt('previous.crt') ?? '';
  const previous = part('previous.crt', () => authoritiesIn(previousText)) ?? [];
  const until = Date.parse(metadata.annotations?.[PREVIOUS_UNTIL] ?? '');
  const previousUntilMs = Number.isNaN(until) ? undefined : until;
  const authorities = current && { current, next, previous, previousUntilMs };
  return {
    current,
    next,
    previous,
    previousUntilMs,
    keyless,
    faults,
    bundleStands: authorities !== undefined && textAt('ca.crt') === bundleOf(authorities),
    rotationAsked: metadata.annotations?.[ROTATE] !== undefined,
  };
}

/** A text such as the API server or an issuer gives, as a certificate of an authority. */
export function authorityCertificate(pem: string): AuthorityCertificate {
  const certificate = new X509Certificate(pem);
  if (!certificate.ca) throw new Error('is no certificate of an authority');
  return {
    pem: certificate.toString(),
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
  };
}

/** Those of these certificates that are an authority's. */
export const authoritiesOf = (pems: readonly string[]): readonly AuthorityCertificate[] =>
  pems.filter((pem) => new X509Certificate(pem).ca).map((pem) => authorityCertificate(pem));

function onlyAuthorityIn(text: string | undefined): AuthorityCertificate {
  if (text === undefined) throw new Error('is missing');
  const certificates = authoritiesIn(text);
  const [certificate] = certificates;
  if (certificate === undefined || certificates.length > 1)
    throw new Error(`holds ${certificates.length} certificates and not one`);
  return certificate;
}

function authoritiesIn(text: string): AuthorityCertificate[] {
  const certificates = certificatesIn(text);
  if (certificates.length === 0 && text.trim() !== '') throw new Error('holds something that is no certificate');
  return certificates.map((pem) => authorityCertificate(pem));
}

/** The messages of OpenSSL are not repeated: nothing that was made from a key may reach the log. */
function fittingKey(text: string | undefined, certificate: string): string {
  if (text === undefined) throw new Error('is missing');
  const key = privateKeyIn(text);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('is no ECDSA P-256 key');
  if (!new X509Certificate(certificate).checkPrivateKey(key)) throw new Error('is the key of another certificate');
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

function privateKeyIn(text: string) {
  try {
    return createPrivateKey(text);
  } catch {
    throw new Error('holds no private key that can be read');
  }
}
