import { PORTS } from '../sidecar/profiles/envoy/names.ts';
import { calledPort, type Destination } from './resilience/destination.ts';

// at these the sidecar itself listens
const OWN_PORTS: ReadonlySet<number> = new Set(Object.values(PORTS));

/** The ports that have a listener of their own for what is sent to them: those to which HTTP is known to be sent. */
export const portsWithListener = (destinations: readonly Destination[]): readonly number[] =>
  [...new Set(destinations.map(calledPort))].filter((port) => !OWN_PORTS.has(port));

/** The name of the listener for one of those ports. */
export const portListenerName = (port: number): string => `outbound_${port}`;

/** The name of the listener that takes the requests to a destination. */
export function listenerOf(destination: Destination): string {
  const [port] = portsWithListener([destination]);
  return port === undefined ? 'outbound' : portListenerName(port);
}
