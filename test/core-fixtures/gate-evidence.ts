import type { Gates } from '../../src/core/api/rollout-gates.ts';
import type { InstantAnswer } from '../../src/core/prometheus/instant-answer.ts';
import type { Evidence } from '../../src/core/rollout/gates/gate-kind.ts';
import type { GateScope, IstiodReplica, OpenSidecar } from '../../src/core/rollout/gates/gate-scope.ts';

export const NOW_MS = Date.parse('2026-11-26T12:00:00Z');
export const MINUTE_MS = 60_000;

const COUNTS = { optedIn: 0, stale: 0, excluded: 0, incompatible: 0 };

/** A sidecar that has run for a day. */
export const sidecar = (pod: string, more: Partial<OpenSidecar> = {}): OpenSidecar => ({
  ...{ namespace: 'shop', pod, kind: 'Envoy', runs: true },
  memoryLimit: 512 * 2 ** 20,
  podCreatedMs: NOW_MS - 24 * 60 * MINUTE_MS,
  ...{ restarts: 0, lastRestartMs: undefined },
  ...more,
});

export const istiod = (pod: string, more: Partial<IstiodReplica> = {}): IstiodReplica => ({
  ...{ namespace: 'istio-system', pod, isReady: true, cpuRequest: 0.5, memoryRequest: 2 * 2 ** 30 },
  ...more,
});

export const SCOPE: GateScope = {
  nowMs: NOW_MS,
  openStages: ['first'],
  openSidecars: [sidecar('cart-1'), sidecar('cart-2')],
  openWorkloads: { ...COUNTS, eligible: 4, injected: 3 },
  joining: { toCount: 100, ofControlPlane: 100 },
};

/** What Prometheus says, by a part of the query; to others it returns no series. */
export type Said = Readonly<Record<string, InstantAnswer>>;

export const number = (value: number): InstantAnswer => ({ samples: [{ labels: {}, value }] });
export const ofPods = (values: Readonly<Record<string, number>>, namespace = 'shop'): InstantAnswer => ({
  samples: Object.entries(values).map(([pod, value]) => ({ labels: { namespace, pod }, value })),
});

/** Sidecars, and replicas of istiod, that Prometheus reads. */
const READ: Said = {
  envoy_server_live: ofPods({ 'cart-1': 1, 'cart-2': 1 }),
  istio_build: ofPods({ 'istiod-1': 1, 'istiod-2': 1 }, 'istio-system'),
};

export interface GivenEvidence extends Partial<Omit<Evidence, 'scope' | 'answers'>> {
  readonly scope?: Partial<GateScope>;
  readonly said?: Said;
}

export const evidenceOf = ({ scope, said = {}, ...more }: GivenEvidence): Evidence => ({
  stage: 'second',
  scope: { ...SCOPE, ...scope },
  answers: (query) =>
    Object.entries({ ...READ, ...said }).find(([part]) => query.includes(part))?.[1] ?? { samples: [] },
  istiod: [istiod('istiod-1'), istiod('istiod-2')],
  checked: { workloads: 3, incompatible: [], hidden: [] },
  acknowledgements: [],
  ...more,
});

/** Every gate at once, as a plan may have it. */
export const EVERY_GATE: Required<Gates> = {
  compatibility: { incompatible: 0 },
  acknowledgements: { share: '100%' },
  adoption: { injected: '75%' },
  errorRate: { most: '1%', window: '30m' },
  latency: { quantile: 0.99, most: '500ms', window: '30m' },
  restarts: { most: 1, window: '30m' },
  sidecarMemory: { most: '80%' },
  controlPlane: { cpu: '80%', memory: '80%', proxiesPerReplica: 500, pushConvergence: '2s' },
  telemetryBackends: { headSeries: 1_000_000, queue: '50%' },
};
