import type { Json } from '../../compatibility/fit-object.ts';
import { isObject } from '../../json/is-object.ts';
import type { Capture } from '../../sidecar/rendering.ts';

/** Which connections a container that installs the redirect sends to the sidecar. */
export interface Redirected {
  readonly inbound: {
    /** Ports; undefined for all but those of `except`. */
    readonly only: readonly string[] | undefined;
    readonly except: readonly string[];
    readonly takes: (port: number) => boolean;
  };
  readonly outbound: {
    /** Blocks of addresses and ports; all where there are none. */
    readonly only: readonly string[];
    readonly exceptPorts: readonly string[];
    readonly exceptBlocks: readonly string[];
  };
}

/**
 * What a container redirects, read from what it is told.
 * @param capture what the profile says of it, where its kind says so itself
 * @returns undefined for a container that redirects nothing
 */
export function redirectedBy({ args }: Json, capture: Capture | undefined): Redirected | undefined {
  const told = Array.isArray(args) ? args.filter((one) => typeof one === 'string') : [];
  if (told[0] === 'istio-iptables') return istioRedirect(told);
  if (!isObject(capture) || !told[0]?.startsWith('table ')) return undefined;
  const except = [...ownPorts(told[0]), ...capture.excludedInboundPorts];
  return {
    inbound: { only: undefined, except, takes: (port) => !except.some((range) => covers(range, port)) },
    outbound: {
      only: [],
      exceptPorts: capture.excludedOutboundPorts,
      exceptBlocks: capture.excludedOutboundBlocks,
    },
  };
}

/** The sidecar’s own ports, which its rules let in: `tcp dport { 15020, 15021 } return`. */
const ownPorts = (rules: string): readonly string[] => listed(/tcp dport \{([^}]*)\} return/.exec(rules)?.[1] ?? '');

/** The flags of `pilot-agent istio-iptables` (Istio reference, chapter 3.4). */
function istioRedirect(args: readonly string[]): Redirected {
  const said = (flag: string) => {
    const at = args.indexOf(flag);
    return at < 0 ? '' : (args[at + 1] ?? '');
  };
  const ports = said('-b');
  const only = ports === '*' ? undefined : listed(ports);
  const except = listed(said('-d'));
  const blocks = said('-i') === '*' ? [] : listed(said('-i'));
  const outboundPorts = listed(said('-q'));
  return {
    inbound: {
      only,
      except,
      takes: (port) =>
        only === undefined ? !except.some((range) => covers(range, port)) : only.some((range) => covers(range, port)),
    },
    outbound: {
      only: [...blocks, ...outboundPorts.map((port) => `port ${port}`)],
      exceptPorts: listed(said('-o')),
      exceptBlocks: listed(said('-x')),
    },
  };
}

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

function covers(range: string, port: number): boolean {
  const [from = 0, to = from] = range.split('-').map(Number);
  return from <= port && port <= to;
}
