import { isIPv6 } from 'node:net';

/** The address of a server outside the pod. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const MAX_PORT = 65_535;

/** Reads `HOST:PORT`; an IPv6 address stands in brackets. Undefined when it is none. */
export function hostAndPort(text: string): HostAndPort | undefined {
  const [, bracketed, name, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?\.?)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > MAX_PORT) return undefined;
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
  return { host, port };
}
