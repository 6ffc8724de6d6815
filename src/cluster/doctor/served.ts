import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:https';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { servedNames } from '../../core/certificates/served-names.ts';
import type { WebhookAddress } from '../../core/registration/registration.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

/** What one address served to a client that trusts a bundle. */
export interface Served {
  readonly address: string;
  /** Why a client that trusts the bundle refuses it; undefined when it does not. */
  readonly refusedBecause?: string;
  readonly certificate: X509Certificate | undefined;
  /** The Date header, and when it was read by the clock of this machine. */
  readonly date: string | undefined;
  readonly at: Date;
}

interface Slices {
  readonly items: readonly {
    readonly endpoints?:
      | readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[]
      | null;
    readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
  }[];
}

// the port of the Service that the hooks name
const PORT_NAME = 'admission';
// whoever is there answers at once; from outside of a cluster nobody does
const ANSWERS_WITHIN_MS = 2_000;

/** Every address that a hook leads to: the one of its URL, or those of the ready endpoints of its Service. */
export async function servingAddresses(transport: KubeTransport, address: WebhookAddress): Promise<readonly string[]> {
  if ('url' in address) return [new URL(address.url).host];
  const { namespace, name } = address.service;
  const query = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${name}` });
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices?${query}`;
  const slices = (await readJson<Slices>(transport, path))?.items ?? [];
  return slices.flatMap(({ endpoints, ports }) => {
    const port = (ports ?? []).find((each) => each.name === PORT_NAME)?.port ?? ports?.[0]?.port ?? 443;
    return (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses.map((ip) => `${isIP(ip) === 6 ? `[${ip}]` : ip}:${port}`));
  });
}

/**
 * Connects as the API server does: trusting this bundle, and asking for the name that it asks for.
 * @returns undefined when nobody answers there, as from outside of the cluster
 */
export async function servedAt(
  at: string,
  address: WebhookAddress,
  bundle: string,
  now: () => Date,
): Promise<Served | undefined> {
  const { hostname, port } = new URL(`https://${at}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  const [name] = servedNames(address);
  const call = request({
    host,
    port: port === '' ? 443 : Number(port),
    path: '/',
    agent: false,
    ca: bundle,
    // what it serves is looked at, and nothing is told to it
    rejectUnauthorized: false,
    ...(isIP(name) === 0 && { servername: name }),
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  });
  call.end();
  try {
    const [response] = await once(call, 'response');
    const socket = response.socket as TLSSocket;
    const certificate = socket.getPeerX509Certificate();
    const { authorized, authorizationError } = socket;
    const { date } = response.headers;
    response.destroy();
    const refused = authorized ? {} : { refusedBecause: String(authorizationError ?? 'it is not trusted') };
    return { address: at, ...refused, certificate, date, at: now() };
  } catch {
    return undefined;
  }
}
