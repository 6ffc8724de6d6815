import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Reads the PEM certificates that the API server is to trust. It takes any text there, publishes it, and when it is no certificate
 * refuses every pod that asks.
 * @throws Error when the file cannot be read, or holds something else; each says what to do
 */
export async function readCaBundle(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const problem = caBundleProblem(text);
  if (problem !== undefined) throw new Error(`${file} ${problem}`);
  return text;
}

/** Each PEM certificate of a text, in its order. */
export const certificatesIn = (text: string): readonly string[] => text.match(CERTIFICATE) ?? [];

/** Why this text is nothing that the API server may be told to trust; undefined when it is. */
export function caBundleProblem(text: string): string | undefined {
  if (text.includes('PRIVATE KEY')) return 'holds a private key, which would be published; give the certificate alone';
  const certificates = certificatesIn(text);
  if (certificates.length === 0) return 'holds no certificate; give the PEM file that the API server has to trust';
  return certificates.every(isReadable) ? undefined : 'holds a certificate that cannot be read; write it anew';
}

function isReadable(certificate: string): boolean {
  try {
    new X509Certificate(certificate);
    return true;
  } catch {
    return false;
  }
}
