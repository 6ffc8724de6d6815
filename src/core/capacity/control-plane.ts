import { PER_PROXY } from '../rollout/gates/istiod-growth.ts';

// one replica of Istio’s page on performance has so many (PER_PROXY says where)
const PROXIES_PER_REPLICA = 2000;
/** Where the figures of `PER_PROXY` are from. */
export const ISTIOD_SOURCE = 'Istio’s performance page: 1 vCPU and 1.5 GB for 2,000 sidecars';

/** The chart’s own amounts and bounds (istio/istio, manifests/charts/istio-control/istio-discovery/values.yaml). */
const CHART = { cpu: 0.5, memory: 2 * 2 ** 30, autoscaleMax: 5 } as const;

// one alone would be missed when its node is drained
const LEAST_REPLICAS = 2;
// connections move to other replicas when one is renewed, so that half as much again has to have room for a while
const SPARE = 1.5;
export const ISTIOD_SPARE = 'half as many istiods again while connections move, and at least the 5 of the chart';

/** How many istiods there are, and what each asks for. */
export interface ControlPlaneNeed {
  readonly replicas: number;
  readonly autoscaleMin: number;
  readonly autoscaleMax: number;
  readonly requests: { readonly cpu: number; readonly memory: number };
}

/** What istiod needs for so many proxies; undefined where there are none, because nobody needs it then. */
export function controlPlaneNeed(proxies: number): ControlPlaneNeed | undefined {
  if (proxies === 0) return undefined;
  const replicas = Math.max(LEAST_REPLICAS, Math.ceil(proxies / PROXIES_PER_REPLICA));
  const each = proxies / replicas;
  return {
    replicas,
    autoscaleMin: replicas,
    autoscaleMax: Math.max(CHART.autoscaleMax, Math.ceil(replicas * SPARE)),
    requests: {
      cpu: Math.max(CHART.cpu, Math.ceil(each * PER_PROXY.cpu * 10) / 10),
      memory: Math.max(CHART.memory, Math.ceil((each * PER_PROXY.memory) / 2 ** 28) * 2 ** 28),
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
