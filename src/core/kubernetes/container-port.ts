import type { Container } from './pod.ts';

/** The number of a port that a probe names by number or by a name of its container’s; undefined when there is none of that name. */
export function portNumber(container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  return (container.ports ?? []).findLast(({ name }) => name === port && port !== '')?.containerPort;
}
