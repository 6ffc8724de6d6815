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

/** A pod that Services lead to by this label. */
export const backend = (name: string, app: string) => {
  const pod = shopPod(name, 'lab/http') as { readonly metadata: object };
  return { ...pod, metadata: { ...pod.metadata, labels: { app } } };
};
