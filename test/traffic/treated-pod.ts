import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { TrafficValues } from '../../src/core/api/traffic/values.ts';
import { isObject } from '../../src/core/json/is-object.ts';
import { valueAt } from '../../src/core/json/pointer.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { PORTS } from '../../src/core/sidecar/profiles/envoy/names.ts';
import { tcpAddress } from '../../src/core/xds/types.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { type CapturedPod, eventually, openCapturedPod, PEER } from './captured-pod.ts';

type Values = Omit<Partial<TrafficValues>, 'service'> & { readonly service?: Partial<TrafficValues['service']> };
/** What Services say, by their names. */
export type Said = Readonly<Record<string, Values>>;

export const PORT = 8080;
const PROFILE = ENVOY_PROFILE.replace('features: [Observability]', 'features: [Observability, Resilience]');
const DAY_OF_TEST = '2026-11-03';

const serviceManifest = ([name, values]: [string, Values]) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: 'shop',
    annotations: { 'pillion.io/traffic': stringify({ ...values, service: { name, port: PORT, ...values.service } }) },
  },
  spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: PORT }] },
});

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } },
};

/** The Service that leads to the pod itself. */
export const OWN = 'captured';

const pod = (names: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: OWN,
    namespace: 'shop',
    labels: { app: OWN },
    annotations: { 'sidecar.istio.io/inject': 'true', 'pillion.io/depends-on': names.join(', ') },
  },
  spec: { containers: [{ name: 'app', image: 'app', ports: [{ containerPort: PORT }] }] },
});

interface Treatment {
  /** The ports of the machine beside the pod at which the pods of a Service are. */
  readonly ports?: (service: string) => readonly number[];
  /** Makes another of a text of the sidecar’s configuration, for what the linter would refuse. */
  readonly changed?: (text: string) => string;
}

/** A pod whose sidecar does what these Services say. */
export async function openTreatedPod(said: Said, treatment: Treatment = {}): Promise<CapturedPod> {
  const objects = [namespace, ...Object.entries(said).map(serviceManifest), pod(Object.keys(said))];
  const { exit, stdout, stderr } = await pillion(['traffic', 'envoy', '-f', 'shop.yaml', '--profile', 'profile.yaml'], {
    files: { 'shop.yaml': objects.map((object) => stringify(object)).join('---\n'), 'profile.yaml': PROFILE },
    now: new Date(DAY_OF_TEST),
  });
  if (exit !== 0) throw new Error(stderr);
  return openCapturedPod(JSON.stringify(rewritten(parse(stdout), treatment)));
}

const NAME = /^([a-z-]+)\.shop\.svc\.cluster\.local\.$/;

/** The configuration with the pods of every Service at the machine beside the pod: there is no name server. */
function rewritten(part: unknown, treatment: Treatment): unknown {
  const { ports = () => [PORT], changed = (text: string) => text } = treatment;
  if (Array.isArray(part)) {
    const [, service] = NAME.exec(String(valueAt(part, '/0/endpoint/address/socket_address/address'))) ?? [];
    if (service !== undefined)
      return ports(service).map((port) => ({ endpoint: { address: tcpAddress(PEER.ipv4, port) } }));
    return part.map((inner) => rewritten(inner, treatment));
  }
  if (typeof part === 'string') return changed(part);
  if (!isObject(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, rewritten(inner, treatment)]));
}

/** A waiver for what is shown to go wrong. */
export const shown = (rule: string) => ({
  waivers: [{ rule, reason: 'it is shown here what comes of it', expires: '2027-01-31' }],
});

const CLIENT = fileURLToPath(new URL('./upstreams/client.ts', import.meta.url));
const SERVER = fileURLToPath(new URL('./upstreams/server.ts', import.meta.url));

/** Starts a server for the pods of Services at each of these ports, and waits until it answers. */
export async function startServers(network: CapturedPod, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    await network.peer.start([process.execPath, SERVER, String(port)], `server-${port}`);
    await eventually(() => arrived(network, '/', port));
  }
}

/** How often the server at a port was asked for a path. */
export async function arrived({ peer }: CapturedPod, path: string, port = PORT): Promise<number> {
  const said = JSON.parse(await peer.run(process.execPath, CLIENT, `http://127.0.0.1:${port}/attempts`));
  const [outcome = '[]'] = Object.keys(said);
  return JSON.parse(JSON.parse(outcome)[2])[path] ?? 0;
}

interface Requests {
  readonly count?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** One after another, each when Envoy has drawn its conclusions from the one before, and not all at once. */
  readonly inTurn?: boolean;
}

// the main thread of Envoy, which ejects what its workers have counted, answers this after what it was told before
const SETTLED = `http://127.0.0.1:${PORTS.prometheus}/stats/prometheus`;

/** The statuses that the application sees of requests to a Service, and how often each. */
export async function statuses(
  { pod: from }: CapturedPod,
  service: string,
  path: string,
  { count = 1, headers = {}, inTurn = false }: Requests = {},
): Promise<Readonly<Record<string, number>>> {
  const own = JSON.stringify({ host: `${service}:${PORT}`, ...headers });
  const words = [CLIENT, `http://${PEER.ipv4}:${PORT}${path}`, String(count), '0', own];
  const said = JSON.parse(await from.run(process.execPath, ...words, ...(inTurn ? [SETTLED] : [])));
  const counts: Record<string, number> = {};
  for (const [outcome, times] of Object.entries(said)) {
    const status = String(JSON.parse(outcome)[0]);
    counts[status] = (counts[status] ?? 0) + Number(times);
  }
  return counts;
}
