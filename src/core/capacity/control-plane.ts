/**
 * What istiod takes: 1 vCPU and 1.5 GB for 1,000 Services and 2,000 sidecars, as Istio’s page on performance says (istio.io, “Performance and
 * Scalability”). The page tells of one replica; here each takes its share.
 */
export const ISTIOD = {
  proxiesPerReplica: 2000,
  services: 1000,
  cpu: 1,
  memory: 1.5e9,
  source: 'Istio’s performance page: 1 vCPU, 1.5 GB for 1,000 Services, 2,000 sidecars',
} as const;

/** The chart’s own amounts and bounds (istio/istio, manifests/charts/istio-control/istio-discovery/values.yaml). */
const CHART = { cpu: 0.5, memory: 2 * 2 ** 30, autoscaleMax: 5 } as const;

// one alone would be missed when its node is drained
const LEAST_REPLICAS = 2;
// connections move to other replicas when one is renewed, so that half as much again has to have room for a while
const SPARE = 1.5;

/** How many istiods there are, and what each asks for. */
export interface ControlPlaneNeed {
  readonly replicas: number;
  readonly autoscaleMin: number;
  readonly autoscaleMax: number;
  readonly requests: { readonly cpu: number; readonly memory: number };
}

/** What istiod needs for so many proxies; undefined where there are none, because nobody needs it then. */
export function controlPlaneNeed(proxies: number, services: number): ControlPlaneNeed | undefined {
  if (proxies === 0) return undefined;
  const replicas = Math.max(LEAST_REPLICAS, Math.ceil(proxies / ISTIOD.proxiesPerReplica));
  // every replica knows all Services, and has its own proxies
  const load = Math.max(proxies / replicas / ISTIOD.proxiesPerReplica, services / ISTIOD.services);
  return {
    replicas,
    autoscaleMin: replicas,
    autoscaleMax: Math.max(CHART.autoscaleMax, Math.ceil(replicas * SPARE)),
    requests: {
      cpu: Math.max(CHART.cpu, Math.ceil(load * ISTIOD.cpu * 10) / 10),
      memory: Math.max(CHART.memory, Math.ceil((load * ISTIOD.memory) / 2 ** 28) * 2 ** 28),
    },
  };
}

/** The same as values of Istio’s chart istiod. */
export const istiodValues = ({ autoscaleMin, autoscaleMax, requests }: ControlPlaneNeed): object => ({
  autoscaleEnabled: true,
  autoscaleMin,
  autoscaleMax,
  resources: {
    requests: { cpu: `${Math.round(requests.cpu * 1000)}m`, memory: `${Math.round(requests.memory / 2 ** 20)}Mi` },
  },
});
