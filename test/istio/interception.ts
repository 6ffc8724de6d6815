import type { V1Container } from '@kubernetes/client-node';
import type { NetworkNamespace } from '../network/network-namespace.ts';
import { openGuard } from '../processes/guard.ts';
import { eventually } from '../traffic/captured-pod.ts';
import { type Addresses, joinedNetworks } from '../traffic/network.ts';
import { findPeerPrograms } from './peer-programs.ts';

export type Family = 'IPv4' | 'IPv6';

/** A pod’s network beside another machine’s; in both, each port tells who listens there. */
export interface Interception {
  /** Runs the container with Istio’s own agent, and rejects with what that wrote when it fails. */
  install(istioInit: V1Container): Promise<string>;
  /** Takes all its rules away again. */
  removeRules(): Promise<void>;
  /** Who answers when the other machine calls the pod: the application, or the port of the sidecar. */
  inbound(port: number, family: Family): Promise<string>;
  /** Who answers when the application calls the other machine. */
  outbound(port: number, family: Family): Promise<string>;
  /** The same when the sidecar calls. */
  fromSidecar(port: number, family: Family): Promise<string>;
  /** The same when the application calls its own loopback. */
  loopback(port: number, family: Family): Promise<string>;
  stop(): Promise<void>;
}

const POD = { IPv4: '10.91.8.2', IPv6: 'fd91:8::2' };
export const PEER = { IPv4: '10.91.8.1', IPv6: 'fd91:8::1' };
const LOOPBACK = { IPv4: '127.0.0.1', IPv6: '::1' };

const LISTEN = `const { createServer } = require('node:net');
const [name, ...ports] = process.argv.slice(1);
for (const port of ports) createServer((socket) => socket.on('error', () => {}).end(name)).listen(Number(port), '::');`;

// Python, because Node cannot make a socket transparent (75 is IPV6_TRANSPARENT of Linux), which TPROXY takes for granted
const LISTEN_AS_SIDECAR = `import select, socket, sys
ports = {}
for port in sys.argv[1:]:
    listener = socket.socket(socket.AF_INET6)
    listener.setsockopt(socket.IPPROTO_IPV6, 75, 1)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.bind(('::', int(port)))
    listener.listen()
    ports[listener] = port.encode()
while True:
    for listener in select.select(list(ports), [], [])[0]:
        connection, _ = listener.accept()
        connection.sendall(ports[listener])
        connection.close()
`;

const CALL = `const [host, port] = process.argv.slice(1);
require('node:net').connect({ host, port: Number(port) }).on('error', (error) => { console.error(error.code); process.exit(1); }).pipe(process.stdout);`;

const as = (user: number) => ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
const APPLICATION = 1000;
const SIDECAR = 1337;
const SIDECAR_PORTS = ['15001', '15006'];

/**
 * @param families of which the pod and the other machine have addresses
 * @param ports on which the application and the other machine listen
 */
export async function openInterception(families: readonly Family[], ports: readonly number[]): Promise<Interception> {
  const { 'pilot-agent': agent } = await findPeerPrograms(['pilot-agent']);
  const guard = await openGuard();
  try {
    const { pod, peer } = await joinedNetworks(guard, addresses(families, POD), addresses(families, PEER));
    for (const where of [pod, peer])
      await where.run('sysctl', '--quiet', '--write', 'net.ipv4.ip_unprivileged_port_start=0');
    const listener = (name: string) => [...as(APPLICATION), process.execPath, '-e', LISTEN, name, ...ports.map(String)];
    const call = (where: NetworkNamespace, user: number, host: string, port: number | string) => {
      const [command = '', ...args] = [...as(user), process.execPath, '-e', CALL, host, String(port)];
      return where.run(command, ...args);
    };
    // as root, who may make a socket transparent; the rules tell users apart only by whom a connection comes from
    await pod.start(['python3', '-c', LISTEN_AS_SIDECAR, ...SIDECAR_PORTS], 'sidecar');
    await pod.start(listener('application'), 'application');
    await peer.start(listener('peer'), 'peer');
    for (const [where, port] of [
      [pod, 15001],
      [pod, ports[0]],
      [peer, ports[0]],
    ] as const)
      await eventually(() => call(where, APPLICATION, '::1', port ?? 0));
    return {
      install: (istioInit) => install(pod, agent, istioInit),
      async removeRules() {
        for (const tables of ['iptables', 'ip6tables'])
          for (const table of ['nat', 'mangle', 'raw'])
            for (const variant of ['nft', 'legacy']) await pod.run(`${tables}-${variant}`, '--table', table, '--flush');
      },
      inbound: (port, family) => call(peer, APPLICATION, POD[family], port),
      outbound: (port, family) => call(pod, APPLICATION, PEER[family], port),
      fromSidecar: (port, family) => call(pod, SIDECAR, PEER[family], port),
      loopback: (port, family) => call(pod, APPLICATION, LOOPBACK[family], port),
      stop: () => guard.stop(),
    };
  } catch (error) {
    await guard.stop();
    throw error;
  }
}

const addresses = (families: readonly Family[], of: Readonly<Record<Family, string>>): Addresses => ({
  ...(families.includes('IPv4') && { ipv4: of.IPv4 }),
  ...(families.includes('IPv6') && { ipv6: of.IPv6 }),
});

/** As the container runs: its words, its variables, its capabilities, and nothing else. */
function install(pod: NetworkNamespace, agent: string, { args = [], env = [], securityContext }: V1Container) {
  const { add = [], drop = [] } = securityContext?.capabilities ?? {};
  if (!drop.includes('ALL')) throw new Error('istio-init keeps capabilities that it does not name');
  const bounding = ['-all', ...add.map((name) => `+${name.toLowerCase()}`)].join(',');
  const variables = env
    .filter(({ valueFrom }) => valueFrom === undefined)
    .map(({ name, value = '' }) => `${name}=${value}`);
  const path = `PATH=${process.env.PATH}:/usr/sbin:/sbin`;
  return pod.run('setpriv', `--bounding-set=${bounding}`, 'env', '-i', path, ...variables, agent, ...args);
}
