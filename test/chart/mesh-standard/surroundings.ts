import type { CertificatePair } from '../../../src/cluster/certificates/certificate-source.ts';
import type { EffectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import type { ControlPlane } from '../../controlplane/control-plane.ts';

/** An object, as far as it is looked at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: object };
  readonly spec?: object;
  readonly type?: string;
  readonly stringData?: Readonly<Record<string, string>>;
}

const PROXY = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.30.0' };

const pod = (namespace: string, name: string, labels: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: 'app', image: 'app:1' }, PROXY] },
});

export const service = (namespace: string, name: string, selector: object, ports: readonly object[]): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector, ports },
});

/** What stands in the cluster beside the chart’s objects: the service, pods of each of its versions, and who gets its copies. */
export function aroundService(own: string, values: EffectiveValues): readonly Manifest[] {
  const { service: about, canary, mirror } = values;
  const { name } = about;
  const port = { name: about.protocol, port: about.port, appProtocol: about.protocol };
  const versions = new Set([about.version]);
  if (canary !== 'none') versions.add(canary.version);
  if (mirror !== 'none' && mirror.version !== undefined) versions.add(mirror.version);
  const [copies, copiesIn = own] = (mirror === 'none' ? '' : (mirror.service ?? '')).split('/').reverse();
  return [
    service(own, name, { app: name }, [port]),
    ...[...versions].map((version, index) => pod(own, `pod-${index}`, { app: name, version })),
    ...(copies === '' || copies === undefined || copies === name
      ? []
      : [service(copiesIn, copies, { app: copies }, [port])]),
  ];
}

/**
 * Makes the namespaces in which objects are to stand, open to sidecars.
 * @param more others that are named
 */
export async function makeNamespaces(
  { createNamespace }: Pick<ControlPlane, 'createNamespace'>,
  objects: readonly Manifest[],
  more: readonly string[],
): Promise<void> {
  const names = new Set([...more, ...objects.map(({ metadata }) => metadata.namespace)]);
  await Promise.all([...names].map((name) => createNamespace(name, { ...ENABLED })));
}

/** The Secrets that hosts of the corpus name. */
export const SECRETS = ['own-https-tls', 'own-mutual-tls'];

const HTTP_PORTS = [
  { name: 'http', port: 80 },
  { name: 'https', port: 443 },
];

/**
 * The gateways: the one that Gateways of services name by its labels, and one that a Gateway shares; with the certificates of hosts.
 * @param pair what each of the secrets holds
 */
export function gateways(secrets: readonly string[], pair: CertificatePair): readonly Manifest[] {
  const shared = { istio: 'shared-gateway' };
  const own = { istio: 'ingressgateway' };
  return [
    ...[shared, own].flatMap((labels) => [
      pod('istio-ingress', labels.istio, labels),
      service('istio-ingress', labels.istio, labels, HTTP_PORTS),
    ]),
    ...secrets.map((name) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'istio-ingress' },
      type: 'kubernetes.io/tls',
      // mutual TLS has another certificate, by which clients are judged
      stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key, 'ca.crt': pair.certificate },
    })),
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'istio-ingress' },
      spec: {
        selector: shared,
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
      },
    },
  ];
}
