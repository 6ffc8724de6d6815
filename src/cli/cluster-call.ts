import { ApiError, ClusterUnreachable } from '../cluster/api-error.ts';
import { connect } from '../cluster/connect.ts';
import type { HttpTransport } from '../cluster/transport.ts';
import { Fault } from '../core/problem/faults.ts';

/** The flags that say which cluster is meant. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly inCluster?: boolean;
}

/**
 * Calls a cluster, and ends the connections afterwards.
 * @throws Fault PIL006 with what went wrong
 */
export async function withCluster<T>(
  { kubeconfig, context, inCluster = false }: ClusterFlags,
  call: (transport: HttpTransport) => Promise<T>,
): Promise<T> {
  let transport: HttpTransport | undefined;
  try {
    transport = await connect({
      inCluster,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    });
    return await call(transport);
  } catch (cause) {
    if (transport !== undefined && !fromCluster(cause)) throw cause;
    throw new Fault('PIL006', [{ path: '', message: cause instanceof Error ? cause.message : String(cause) }], cause);
  } finally {
    transport?.close();
  }
}

const fromCluster = (error: unknown): boolean =>
  error instanceof ApiError ||
  error instanceof ClusterUnreachable ||
  (error instanceof Error && error.name === 'TimeoutError');
