import { isNamespaceName } from '../read-namespace.ts';

/** Where a Prometheus is asked: at an address of its own, or through the API server, which needs no port that is forwarded. */
export type PrometheusAddress =
  | { readonly kind: 'Url'; readonly url: URL }
  | {
      readonly kind: 'Service';
      readonly namespace: string;
      /** As the API server’s proxy takes it: `prometheus:9090`, `https:prometheus:web`. */
      readonly service: string;
      /** Under which it serves; empty for the root. */
      readonly prefix: string;
    };

const SERVICE = /^([^/:]+)\/((?:https:)?([^/:]+)(?::[a-z0-9]([-a-z0-9]*[a-z0-9])?)?)((?:\/[-\w.~]+)*)\/?$/;

/** Reads `https://prometheus.example/prefix` or `NAMESPACE/SERVICE:PORT`; undefined for anything else. */
export function prometheusAddress(text: string): PrometheusAddress | undefined {
  if (/^https?:\/\//.test(text)) {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    const hasMore = url.search !== '' || url.hash !== '';
    return hasMore ? undefined : { kind: 'Url', url };
  }
  const [, namespace = '', service = '', name = '', , prefix = ''] = SERVICE.exec(text) ?? [];
  // names of Services have the same form
  return isNamespaceName(namespace) && isNamespaceName(name) && !/\/\.\.?(\/|$)/.test(prefix)
    ? { kind: 'Service', namespace, service, prefix }
    : undefined;
}

/** The address for people, without a password. */
export function addressText(address: PrometheusAddress): string {
  if (address.kind === 'Service') return `${address.namespace}/${address.service}${address.prefix}`;
  const { origin, pathname } = address.url;
  return origin + pathname.replace(/\/+$/, '');
}
