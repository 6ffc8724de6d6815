import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenFile, type User } from './users.ts';

/** Where one control plane keeps its files; all lie in its temporary folder. */
export interface Files {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
  readonly certificates: string;
  readonly ca: string;
  log(component: string): string;
}

/** The namespace of which the audit log has the objects as well. */
export const AUDITED_WHOLE = 'audited-whole';

const AUDITED = {
  verbs: ['create', 'update', 'patch', 'delete'],
  resources: [{ group: '', resources: ['pods', 'namespaces'] }, { group: 'apps' }, { group: 'batch' }],
};

// Metadata carries the annotations that webhooks add, and no object bodies
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Request', ...AUDITED, namespaces: [AUDITED_WHOLE] },
    { level: 'Metadata', ...AUDITED },
    { level: 'None' },
  ],
};

/** Writes what the API server reads at its start. */
export async function writeFiles(folder: string, users: readonly User[]): Promise<Files> {
  const at = (name: string) => join(folder, name);
  const files: Files = {
    folder,
    kubeconfig: at('kubeconfig'),
    tokens: at('tokens.csv'),
    serviceAccountKey: at('service-account.key'),
    serviceAccountPublicKey: at('service-account.pub'),
    auditPolicy: at('audit-policy.json'),
    auditLog: at('audit.log'),
    certificates: at('certificates'),
    ca: at('ca.crt'),
    log: (component) => at(`${component}.log`),
  };
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = { mode: 0o600 };
  await Promise.all([
    writeFile(files.tokens, tokenFile(users), secret),
    writeFile(files.serviceAccountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), secret),
    writeFile(files.serviceAccountPublicKey, publicKey.export({ type: 'spki', format: 'pem' })),
    writeFile(files.auditPolicy, JSON.stringify(AUDIT_POLICY)),
  ]);
  return files;
}

/** The CA of the certificate that the API server made for itself: the last one in its file. Undefined before it is there. */
export async function readCa(files: Files): Promise<string | undefined> {
  const chain = await readFile(join(files.certificates, 'apiserver.crt'), 'utf8').catch(() => '');
  const blocks = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
  return blocks.length < 2 ? undefined : blocks.at(-1);
}
