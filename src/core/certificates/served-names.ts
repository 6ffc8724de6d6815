import type { WebhookAddress } from '../registration/registration.ts';

/**
 * What a certificate has to name so that the API server accepts it at this address. For a Service it asks for `NAME.NAMESPACE.svc`
 * (ServerName in k8s.io/apiserver's webhook client), which stands first; the shorter names are for people who look by hand.
 */
export function servedNames(address: WebhookAddress): readonly [string, ...string[]] {
  if ('service' in address) {
    const { name, namespace } = address.service;
    return [`${name}.${namespace}.svc`, `${name}.${namespace}`, name];
  }
  // an IPv6 address stands in brackets in a URL and without them in a certificate
  return [new URL(address.url).hostname.replace(/^\[|\]$/g, '')];
}
