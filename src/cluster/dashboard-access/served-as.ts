import { servedNames } from '../../core/certificates/served-names.ts';
import { INJECT_CONFIGURATION } from '../../core/registration/pod-hooks.ts';
import { readJson } from '../read-json.ts';
import { collectionPath } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';
import { NoDashboard } from './no-dashboard.ts';
import { needing } from './rights.ts';

/** By what a pod of Pillion proves who it is. */
export interface ServedAs {
  /** PEM certificates that are trusted. */
  readonly authority: string;
  /** The name that its certificate has to carry. */
  readonly name: string;
}

interface Configuration {
  readonly webhooks?: readonly {
    readonly clientConfig?: {
      readonly caBundle?: string;
      readonly url?: string;
      readonly service?: { readonly namespace: string; readonly name: string };
    };
  }[];
}

/**
 * What the API server itself trusts when it calls Pillion, and the name that it asks for.
 * @throws NoDashboard when nothing is registered, or the caller may not read it, else ApiError, ClusterUnreachable, TimeoutError, or the reason
 *   of `signal`
 */
export async function registeredAs(transport: KubeTransport, signal: AbortSignal): Promise<ServedAs> {
  const path = `${collectionPath('MutatingWebhookConfiguration')}/${INJECT_CONFIGURATION}`;
  const read = () => readJson<Configuration>(transport, path, signal);
  const configuration = await needing('read a webhook configuration', undefined, transport, read);
  const { caBundle, url, service } = configuration?.webhooks?.[0]?.clientConfig ?? {};
  const address = service ? { service: { ...service, port: 443 } } : url === undefined ? undefined : { url };
  if (caBundle === undefined || address === undefined)
    throw new NoDashboard(
      `nothing says which certificate Pillion serves: there is no webhook ${INJECT_CONFIGURATION} with a caBundle in the cluster. Run pillion doctor, or give the authority by --ca FILE`,
    );
  return { authority: Buffer.from(caBundle, 'base64').toString('utf8'), name: servedNames(address)[0] };
}
