import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import type { ControlPlane } from '../../controlplane/control-plane.ts';
import type { ClusterCalls } from '../cluster-calls.ts';
import type { NameServer } from '../name-server.ts';
import type { NodeNetwork } from '../node-network.ts';
import { watchObjects } from '../watched-objects.ts';
import { startDnsServer } from './dns-server.ts';
import { serviceEndpoints } from './service-endpoints.ts';
import { serviceRules } from './service-rules.ts';
import { zoneOf } from './zone.ts';

const DOMAIN = 'cluster.local';

export interface ServicesOptions {
  readonly controlPlane: ControlPlane;
  readonly calls: ClusterCalls;
  readonly network: NodeNetwork;
  /** Ends the watches; `stop()` ends the rest. */
  readonly signal: AbortSignal;
}

/** Keeps the addresses and names of Services as the API server has them. */
export interface Services {
  readonly nameServer: NameServer;
  stop(): Promise<void>;
}

/** What kube-proxy and the cluster's DNS do for the pods of one node. */
export async function startServices({ controlPlane, calls, network, signal }: ServicesOptions): Promise<Services> {
  const services = new Map<string, V1Service>();
  const slices = new Map<string, V1EndpointSlice>();
  let zone = zoneOf([], DOMAIN);
  let writing: Promise<void> | undefined;
  let unwritten = false;

  const write = async () => {
    while (unwritten && !signal.aborted) {
      unwritten = false;
      const all = serviceEndpoints(services.values(), slices.values());
      await network.router.run('nft', serviceRules(all, network.services));
      zone = zoneOf(all, DOMAIN);
    }
    writing = undefined;
  };
  const changed = () => {
    unwritten = true;
    writing ??= write().catch((error: unknown) => {
      // the network goes away with the tests
      if (!signal.aborted) throw error;
    });
  };
  const into = <T extends { readonly metadata?: { readonly uid?: string } }>(objects: Map<string, T>) => ({
    seen(object: T) {
      objects.set(object.metadata?.uid ?? '', object);
      changed();
    },
    gone(uid: string) {
      objects.delete(uid);
      changed();
    },
  });
  const watches = [
    watchObjects(controlPlane, calls, '/api/v1/services', into(services), signal),
    watchObjects(controlPlane, calls, '/apis/discovery.k8s.io/v1/endpointslices', into(slices), signal),
  ];
  const dns = await startDnsServer(network.machine, () => zone);
  return {
    nameServer: { address: network.machine, domain: DOMAIN },
    async stop() {
      await Promise.all([...watches, writing, dns.stop()]);
    },
  };
}
