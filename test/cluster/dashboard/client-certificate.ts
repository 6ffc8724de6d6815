import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** An authority whose certificates the API server takes as users. */
export interface ClientAuthority {
  /** For `--client-ca-file`. */
  readonly file: string;
  /** A user of a kubeconfig that has a certificate and no token. */
  user(name: string, group: string): Promise<object>;
  remove(): Promise<void>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const LIFETIME_MS = 3_600_000;

export async function clientAuthority(): Promise<ClientAuthority> {
  const keys = await generateKeys();
  const times = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + LIFETIME_MS) };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=clients', keys, signingAlgorithm: ALGORITHM, ...times },
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const folder = await mkdtemp(join(tmpdir(), 'pillion-clients-'));
  const file = join(folder, 'clients.crt');
  await writeFile(file, authority.toString('pem'));
  return {
    file,
    remove: () => rm(folder, { recursive: true }),
    user: async (name, group) => {
      const own = await generateKeys();
      const certificate = await X509CertificateGenerator.create({
        ...{ subject: [{ CN: [name] }, { O: [group] }], issuer: authority.subjectName, ...times },
        ...{ publicKey: own.publicKey, signingKey: keys.privateKey, signingAlgorithm: ALGORITHM },
        extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
      });
      const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', own.privateKey), 'PRIVATE KEY');
      return {
        'client-certificate-data': Buffer.from(certificate.toString('pem')).toString('base64'),
        'client-key-data': Buffer.from(key).toString('base64'),
      };
    },
  };
}

const generateKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
