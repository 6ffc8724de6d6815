import { issueAuthority, signLeaf } from '../../../src/cluster/certificates/issue.ts';

const LIFETIME_MS = 3_600_000;

/** A user of a kubeconfig that has a client certificate and no token. */
export async function clientCertificate(): Promise<object> {
  const now = new Date();
  const authority = await issueAuthority({ commonName: 'clients', now, lifetimeMs: LIFETIME_MS });
  const { certificate, key } = await signLeaf(authority, { names: ['bob'], now, lifetimeMs: LIFETIME_MS });
  return {
    'client-certificate-data': Buffer.from(certificate).toString('base64'),
    'client-key-data': Buffer.from(key).toString('base64'),
  };
}
