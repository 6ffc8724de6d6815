/** A Service by its namespace and name. */
export interface ServiceKey {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The Service that a host names, as Istio reads it: whole, or short in the namespace of the object in which it stands.
 * @returns undefined for a host outside of the cluster
 */
export function serviceOf(host: string, namespace: string, clusterDomain: string): ServiceKey | undefined {
  const suffix = `.svc.${clusterDomain}`;
  if (host.endsWith(suffix)) {
    const [name, at, ...more] = host.slice(0, -suffix.length).split('.');
    return name === undefined || name === '' || at === undefined || more.length > 0
      ? undefined
      : { namespace: at, name };
  }
  return host === '' || host.includes('.') || host.includes('*') ? undefined : { namespace, name: host };
}

/** The whole name of a host, where it is that of a Service. */
export function wholeHost(host: string, namespace: string, clusterDomain: string): string {
  const service = serviceOf(host, namespace, clusterDomain);
  return service === undefined ? host : `${service.name}.${service.namespace}.svc.${clusterDomain}`;
}
