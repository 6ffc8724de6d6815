/** Where pods ask for names. */
export interface NameServer {
  readonly address: string;
  /** The last part of every name inside, such as `cluster.local`. */
  readonly domain: string;
}

/** The text of /etc/resolv.conf as the kubelet writes it for `dnsPolicy: ClusterFirst`. */
export function resolverFile(server: NameServer | undefined, namespace: string): string {
  if (server === undefined) return '';
  const { address, domain } = server;
  const search = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain];
  return `nameserver ${address}\nsearch ${search.join(' ')}\noptions ndots:5\n`;
}
