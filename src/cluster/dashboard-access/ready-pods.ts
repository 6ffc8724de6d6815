import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { needing } from './rights.ts';

/** A pod of Pillion that answers, and where its dashboard would. */
export interface DashboardPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly port: number;
  /** Where it is reached from other pods; undefined where it is not known yet. */
  readonly address?: string;
}

/** The ready pods, and how many there are in all. */
export interface FoundPods {
  readonly ready: readonly DashboardPod[];
  readonly all: number;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
    readonly spec: {
      readonly containers: readonly {
        readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
      }[];
    };
    readonly status?: {
      readonly podIP?: string;
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  }[];
}

/** What the chart’s Service selects; it never changes, since that of a Deployment cannot. */
export const POD_SELECTOR = 'app.kubernetes.io/name=pillion,app.kubernetes.io/component=webhook';
/** Where `pillion serve` serves the dashboard unless told; the chart names the port like this. */
const DASHBOARD_PORT = { name: 'dashboard', number: 8081 };

/**
 * The pods of Pillion in a namespace.
 * @throws NoDashboard when the caller may not list them, else ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function dashboardPods(
  transport: KubeTransport,
  namespace: string,
  signal: AbortSignal,
): Promise<FoundPods> {
  const query = new URLSearchParams({ labelSelector: POD_SELECTOR });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query}`;
  const list = await needing('list pods', namespace, transport, () => readJson<PodList>(transport, path, signal));
  const pods = list?.items ?? [];
  const ready = pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    .map(({ metadata: { name, uid }, spec, status }) => {
      const named = spec.containers
        .flatMap(({ ports = [] }) => ports)
        .find((port) => port.name === DASHBOARD_PORT.name);
      const port = named?.containerPort ?? DASHBOARD_PORT.number;
      return { namespace, name, uid, port, ...(status?.podIP !== undefined && { address: status.podIP }) };
    });
  return { ready, all: pods.length };
}
