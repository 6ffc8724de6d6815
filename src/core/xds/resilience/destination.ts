import type { Effective } from '../../traffic/effective-values.ts';

/** A Service that a pod calls, with what counts for the traffic to it. */
export interface Destination extends Effective {
  readonly namespace: string;
  readonly name: string;
  /** The port of the Service. */
  readonly port: number;
  /** The port of its pods. */
  readonly podPort: number;
  /** Whether its name leads to an address for each pod, so that one of them can be chosen or left out. */
  readonly headless: boolean;
}

/** The port that a caller names and connects to: a headless Service leads straight to its pods. */
export const calledPort = ({ headless, port, podPort }: Destination): number => (headless ? podPort : port);

/**
 * The name of an upstream, in statistics too: without a dot, which would end it there. What stands behind the same Service may be subject to
 * the values of several, so each has an upstream of its own.
 */
export function upstreamName({ namespace, name, port }: Destination, service: string): string {
  const own = `${namespace}/${name}/${port}`;
  return service === name ? own : `${own}/${service}`;
}

/** The Service of the new version; it has to lead to the pods of that version only, and is of the same kind. */
export const canaryService = ({ name, values: { canary } }: Destination): string | undefined =>
  canary === 'none' ? undefined : (canary.service ?? `${name}-${canary.version}`);

/** The Service that gets requests a second time, on the same port; with its namespace where that is another one. */
export function mirrorService({ name, values: { mirror } }: Destination): string | undefined {
  if (mirror === 'none') return undefined;
  return mirror.service ?? `${name}-${mirror.version}`;
}
