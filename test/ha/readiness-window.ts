import type { Installation } from './installation.ts';

/**
 * From a failed probe to an API server that no longer calls the replica: the node writes the status of the pod, the EndpointSlice
 * controller reads it and writes the slice, the API server reads that. Each takes some 10 ms when the machine is idle.
 */
const PROPAGATION_MS = 3_000;

interface Probe {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/**
 * How long after a replica has stopped answering the API server may still choose it, in milliseconds. In the worst case a probe has
 * just passed: then as many periods as failures are needed pass until the last try, which takes its time to fail.
 */
export async function readinessWindowMs({ kubectl }: Installation): Promise<number> {
  const path = 'jsonpath={.spec.template.spec.containers[0].readinessProbe}';
  const probe = JSON.parse(await kubectl('get', 'deployment/pillion', '-o', path)) as Probe;
  const { periodSeconds, failureThreshold, timeoutSeconds } = probe;
  return (periodSeconds * failureThreshold + timeoutSeconds) * 1000 + PROPAGATION_MS;
}
