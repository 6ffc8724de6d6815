import type { WebhookAddress } from '../../core/registration/registration.ts';
import type { StandingObject } from '../registration/manual-judgement.ts';
import { isManaged } from '../registration/registered-objects.ts';
import type { KubeTransport } from '../transport.ts';
import { type Served, servedAt, servingAddresses } from './served.ts';

/** A hook of ours as it stands. */
export interface StandingHook {
  /** Of its configuration and its own. */
  readonly name: string;
  /** PEM; empty when it has none. */
  readonly bundle: string;
  readonly address: WebhookAddress;
}

interface ClientConfig {
  readonly caBundle?: string;
  readonly url?: string;
  readonly service?: { readonly namespace: string; readonly name: string; readonly port?: number };
}

/** Where a hook leads to. */
export function addressOf({ url, service }: ClientConfig): WebhookAddress {
  if (url !== undefined) return { url: new URL(url).origin };
  const { namespace = '', name = '', port = 443 } = service ?? {};
  return { service: { namespace, name, port } };
}

/** The hooks of ours among all configurations that stand. */
export const standingHooks = (configurations: readonly StandingObject[]): readonly StandingHook[] =>
  configurations
    .filter(({ metadata }) => isManaged(metadata))
    .flatMap(({ metadata, webhooks = [] }) =>
      webhooks.map(({ name, clientConfig = {} }) => ({
        name: `${metadata.name}/${name}`,
        bundle: Buffer.from(clientConfig.caBundle ?? '', 'base64').toString('utf8'),
        address: addressOf(clientConfig),
      })),
    );

/** The addresses that hooks lead to, and what is served there to a client that trusts each of their bundles. */
export interface Serving {
  readonly addresses: readonly string[];
  /** Of those addresses that answer, once for each bundle. */
  readonly served: readonly Served[];
}

/** @throws ApiError, ClusterUnreachable, TimeoutError */
export async function servingOf(
  transport: KubeTransport,
  hooks: readonly StandingHook[],
  now: () => Date,
): Promise<Serving> {
  // the hooks of an installation nearly always have one address and one bundle
  const distinct = new Map(
    hooks.map(({ address, bundle }) => [JSON.stringify([address, bundle]), { address, bundle }]),
  );
  const tried = [...distinct.values()].map(async ({ address, bundle }) => {
    const addresses = await servingAddresses(transport, address);
    const served = await Promise.all(addresses.map((at) => servedAt(at, address, bundle, now)));
    return { addresses, served: served.filter((each) => each !== undefined) };
  });
  const all = await Promise.all(tried);
  return {
    addresses: [...new Set(all.flatMap(({ addresses }) => addresses))],
    served: all.flatMap(({ served }) => served),
  };
}
