import { renderBootstrap } from '../../../src/core/xds/bootstrap.ts';
import { httpListener } from '../../../src/core/xds/http-listener.ts';
import { type EnvoyMessage, tcpAddress } from '../../../src/core/xds/types.ts';
import { profileSpec } from '../../traffic/profile-variants.ts';

/** What a sidecar’s configuration holds beyond what the built-in profile renders. */
export interface Growth {
  readonly clusters: number;
  readonly listeners: number;
}

/**
 * The configuration of the built-in profile with more clusters and listeners. A cluster is a Service with two fixed endpoints; a
 * listener has an address, an HTTP connection manager, statistics and one route of its own.
 */
export function grownConfig({ clusters, listeners }: Growth): string {
  const bootstrap = renderBootstrap(profileSpec());
  const own = bootstrap.static_resources as Record<'clusters' | 'listeners', readonly EnvoyMessage[]>;
  return JSON.stringify({
    ...bootstrap,
    static_resources: {
      clusters: [...own.clusters, ...Array.from({ length: clusters }, (_, index) => cluster(index))],
      listeners: [...own.listeners, ...Array.from({ length: listeners }, (_, index) => listener(index, own.clusters))],
    },
  });
}

/** An address of this network for each number below 65,536. */
const addressIn = (network: string, index: number): string => `${network}.${index >> 8}.${index & 255}`;

const cluster = (index: number): EnvoyMessage => ({
  name: `service-${index}`,
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: {
    cluster_name: `service-${index}`,
    endpoints: [
      {
        lb_endpoints: ['10.1', '10.2'].map((network) => ({
          endpoint: { address: tcpAddress(addressIn(network, index), 8080) },
        })),
      },
    ],
  },
});

// on loopback, where nothing has to be routed for it
const listener = (index: number, clusters: readonly EnvoyMessage[]): EnvoyMessage =>
  httpListener(
    `service-${index}`,
    tcpAddress(addressIn('127.1', index), 9000),
    [],
    [{ match: { prefix: '/' }, route: { cluster: clusters[0]?.name } }],
  );
