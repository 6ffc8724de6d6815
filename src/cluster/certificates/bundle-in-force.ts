import { X509Certificate } from 'node:crypto';
import { readJson } from '../read-json.ts';
import { certificatesIn } from '../registration/ca-bundle.ts';
import { collectionPath, MANAGED_SELECTOR } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';

interface Configuration {
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly Webhook[];
}

interface Webhook {
  readonly name: string;
  readonly clientConfig?: { readonly caBundle?: string };
}

const KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/**
 * Our registered webhooks whose `caBundle` lacks one of these certificates, by certificate. A list that is empty says that the API
 * server is to trust it wherever it calls us, also when it calls us nowhere.
 * @param pems certificates as `X509Certificate.toString` writes them
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function webhooksLacking(
  pems: readonly string[],
  transport: KubeTransport,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const webhooks = await registeredWebhooks(transport, signal);
  const lacking = (pem: string) => webhooks.filter(({ trusts }) => !trusts.has(pem)).map(({ name }) => name);
  return new Map(pems.map((pem) => [pem, lacking(pem)]));
}

/**
 * Every certificate that the API server trusts for one of our webhooks, each once.
 * @throws as `webhooksLacking`
 */
export async function registeredCertificates(
  transport: KubeTransport,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const webhooks = await registeredWebhooks(transport, signal);
  return [...new Set(webhooks.flatMap(({ trusts }) => [...trusts]))];
}

async function registeredWebhooks(
  transport: KubeTransport,
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly trusts: ReadonlySet<string> }[]> {
  const query = new URLSearchParams({ labelSelector: MANAGED_SELECTOR });
  const lists = KINDS.map((kind) =>
    readJson<{ readonly items?: readonly Configuration[] }>(transport, `${collectionPath(kind)}?${query}`, signal),
  );
  const configurations = (await Promise.all(lists)).flatMap((list) => list?.items ?? []);
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks.map((webhook) => ({ name: `${metadata.name}/${webhook.name}`, trusts: certificatesOf(webhook) })),
  );
}

/** The certificates of a bundle, each in the form in which it is compared; one that cannot be read is left out. */
function certificatesOf({ clientConfig }: Webhook): ReadonlySet<string> {
  const text = Buffer.from(clientConfig?.caBundle ?? '', 'base64').toString('utf8');
  const normalised = certificatesIn(text).flatMap((pem) => {
    try {
      return [new X509Certificate(pem).toString()];
    } catch {
      return [];
    }
  });
  return new Set(normalised);
}
