import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import { portNumber } from '../../../kubernetes/container-port.ts';
import type { Action, Container, Pod } from '../../../kubernetes/pod.ts';
import { type ConnectionCheck, checkPath } from '../../../xds/connection-checks.ts';
import { PROBE_NAMES } from '../../fields.ts';
import type { ContainerChange } from '../../rendering.ts';
import { PORTS } from './names.ts';
import type { Settings } from './settings.ts';

/** What becomes of the probes that only connect. */
export interface TcpProbes {
  readonly changes: readonly ContainerChange[];
  /** Ports that the sidecar has to watch for them, each once, in rising order. */
  readonly checks: readonly ConnectionCheck[];
}

const NONE: TcpProbes = Object.freeze({ changes: [], checks: [] });

// what the API server fills in
const DEFAULT_PERIOD_SECONDS = 10;
const DEFAULT_TIMEOUT_SECONDS = 1;
// so that little is added to the time until a failure is seen: a fifth of a period at most
const CHECKS_A_PERIOD = 5;

/**
 * Turns every tcpSocket probe that the redirect would capture into a question to the sidecar, which connects to the application
 * in the kubelet’s place: a connection of the kubelet would end at the proxy and always succeed. Probes over HTTP and gRPC need
 * nothing of that kind: the proxy answers 503 where the application does not.
 */
export function tcpProbes({ spec }: Pod, profile: EnvoyProfile['spec'], { excludeInboundPorts }: Settings): TcpProbes {
  const isCaptured = (port: number) =>
    Number.isInteger(port) &&
    port > 0 &&
    port <= 65535 &&
    !OWN_PORTS.has(port) &&
    !excludeInboundPorts.some(({ from, to }) => from <= port && port <= to);
  const changes: ContainerChange[] = [];
  const checks = new Map<number, ConnectionCheck>();
  for (const list of tcpProbeLists(profile))
    (spec[list] ?? []).forEach((container, index) => {
      for (const name of PROBE_NAMES) {
        const probe = container[name];
        const port = probe ? probedPort(container, probe) : undefined;
        if (!probe || port === undefined || !isCaptured(port)) continue;
        const httpGet = { path: checkPath(port), port: PORTS.probes, scheme: 'HTTP' };
        changes.push({ list, index, path: [name, 'tcpSocket'], value: undefined });
        changes.push({ list, index, path: [name, 'httpGet'], value: httpGet });
        checks.set(port, both(checkFor(port, probe), checks.get(port)));
      }
    });
  if (changes.length === 0) return NONE;
  return { changes, checks: [...checks.values()].sort((one, other) => one.port - other.port) };
}

/** The lists of containers whose probes are turned. */
export function tcpProbeLists({ order, capture }: EnvoyProfile['spec']): readonly ('initContainers' | 'containers')[] {
  if (capture === 'None') return [];
  // in Classic order the init containers run before the proxy, whom nobody could ask
  return order === 'Native' ? ['initContainers', 'containers'] : ['containers'];
}

const OWN_PORTS: ReadonlySet<number> = new Set(Object.values(PORTS));

/** The port of the pod that a probe connects to; undefined when it does not, or connects to another host. */
function probedPort(container: Container, { tcpSocket }: Action): number | undefined {
  if (!tcpSocket || tcpSocket.host) return undefined;
  return portNumber(container, tcpSocket.port);
}

function checkFor(port: number, { periodSeconds, timeoutSeconds }: Action): ConnectionCheck {
  return {
    port,
    intervalMs: ((periodSeconds || DEFAULT_PERIOD_SECONDS) * 1000) / CHECKS_A_PERIOD,
    timeoutMs: (timeoutSeconds || DEFAULT_TIMEOUT_SECONDS) * 1000,
  };
}

/** As often as one of two probes needs it, and as patient as the other. */
const both = (one: ConnectionCheck, other = one): ConnectionCheck => ({
  port: one.port,
  intervalMs: Math.min(one.intervalMs, other.intervalMs),
  timeoutMs: Math.max(one.timeoutMs, other.timeoutMs),
});
