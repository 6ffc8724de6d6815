import { stringify } from 'yaml';
import { SHOP, shopPod } from './shop.ts';

/** Every feature off, so that a Service has the one that is tested and no other. */
const OFF = {
  timeout: 'none',
  retries: 'none',
  retryBudget: 'none',
  circuitBreaker: 'none',
  outlierDetection: 'none',
  telemetry: { tracing: 'none', accessLog: 'none' },
};

/** A Service with values of its own; they all lead to the same three pods unless told otherwise. */
export function trafficService(
  name: string,
  values: (Readonly<Record<string, unknown>> & { readonly service?: object }) | undefined,
  {
    app = 'backend',
    headless = true,
    port = 8080,
  }: { readonly app?: string; readonly headless?: boolean; readonly port?: number } = {},
): object {
  const annotations =
    values === undefined
      ? {}
      : { 'pillion.io/traffic': stringify({ ...OFF, ...values, service: { name, port, ...values.service } }) };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: SHOP, annotations },
    spec: { selector: { app }, ports: [{ port }], ...(headless ? { clusterIP: 'None' } : {}) },
  };
}

export const EJECTS = { consecutive5xx: 3, interval: '500ms', baseEjectionTime: '3s', minHealthPercent: 0 };

/** A day on which a waiver ends that holds now. */
export const nextMonth = (): string => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

/** Values each of which limits or mends something else, by the names of their Services. */
export const resilientValues = (retries: Readonly<Record<string, unknown>>) => ({
  retrying: { timeout: '10s', retries },
  budgeting: {
    timeout: '10s',
    retries: { ...retries, attempts: 3 },
    retryBudget: { percent: 1, minRetryConcurrency: 1 },
  },
  breaking: { circuitBreaker: { maxRequests: 3 } },
  queueing: { circuitBreaker: { maxConnections: 2, maxPendingRequests: 1 } },
  ejecting: { service: { minReplicas: 3 }, outlierDetection: { ...EJECTS, maxEjectionPercent: 34 } },
  keeping: {
    service: { minReplicas: 3 },
    outlierDetection: { ...EJECTS, maxEjectionPercent: 33 },
    waivers: [{ rule: 'MESH010', reason: 'it is shown here that nothing is left out', expires: nextMonth() }],
  },
});

/** A pod that Services lead to by this label. */
export const backend = (name: string, app: string) => {
  const pod = shopPod(name, 'lab/http') as { readonly metadata: object };
  return { ...pod, metadata: { ...pod.metadata, labels: { app } } };
};
