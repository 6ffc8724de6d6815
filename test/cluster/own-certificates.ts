import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import type { ApiClient } from './api-client.ts';
import { OWN_NAMESPACE } from './installation.ts';
import type { PillionProcess } from './pillion-process.ts';
import { registeredObjects } from './registered-objects.ts';

/** The Secret of the authorities, its data as text. */
export interface AuthoritySecret {
  readonly uid: string;
  readonly type: string;
  readonly owners: readonly { readonly uid: string }[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

export const secretsOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`;
export const secretPath = (namespace: string = OWN_NAMESPACE): string => `${secretsOf(namespace)}/pillion-authority`;

/** The Secret as it stands; undefined when there is none. */
export async function authoritySecret(api: ApiClient, namespace?: string): Promise<AuthoritySecret | undefined> {
  const { status, body } = await api.call('GET', secretPath(namespace));
  if (status !== 200) return undefined;
  const {
    metadata,
    type,
    data = {},
  } = body as unknown as {
    readonly metadata: { uid: string; annotations?: Record<string, string>; ownerReferences?: { uid: string }[] };
    readonly type: string;
    readonly data?: Record<string, string>;
  };
  const texts = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  const { uid, annotations = {}, ownerReferences = [] } = metadata;
  return { uid, type, owners: ownerReferences, annotations, data: Object.fromEntries(texts) };
}

/** Values as they stand in the data of a Secret. */
export const secretData = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

/** The bundles of all registered webhooks, each once. */
export async function registeredBundles(api: ApiClient): Promise<readonly string[]> {
  const webhooks = (await registeredObjects(api)).flatMap((object) => object.webhooks ?? []);
  const bundles = webhooks.map(({ clientConfig }) =>
    Buffer.from(String(clientConfig.caBundle ?? ''), 'base64').toString(),
  );
  return [...new Set(bundles)];
}

/** The certificate that a process serves, when it descends from this bundle, also by today's date. */
export async function servedUnder(bundle: string, { port }: PillionProcess): Promise<X509Certificate> {
  const socket = connect({ host: '127.0.0.1', port, ca: bundle });
  try {
    await once(socket, 'secureConnect');
    return new X509Certificate(socket.getPeerCertificate().raw);
  } finally {
    socket.destroy();
  }
}

/** Whether this authority has signed the certificate. */
export const isSignedBy = (certificate: X509Certificate, authority = ''): boolean =>
  certificate.verify(new X509Certificate(authority).publicKey);

/** Everything that a process tells: its log with its records, its metrics, its health. */
export async function toldBy({ log, opsPort }: PillionProcess): Promise<string> {
  const pages = ['metrics', 'readyz', 'healthz'].map(async (page) =>
    (await fetch(`http://127.0.0.1:${opsPort}/${page}`)).text(),
  );
  return [await readFile(log, 'utf8'), ...(await Promise.all(pages))].join('\n');
}
