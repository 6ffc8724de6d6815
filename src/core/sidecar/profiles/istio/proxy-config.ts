import { isIP } from 'node:net';
import { Compile } from 'typebox/compile';
import { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { isObject } from '../../../json/is-object.ts';
import { readValue } from '../../../policy/read-object.ts';
import { quoted } from '../../../problem/quoted.ts';
import { readDocuments } from '../../../yaml/documents.ts';
import { withJsonNames } from './proxy-config-names.ts';

type Config = ProxyConfig;

// what Istio has built in (istio.io/istio pkg/config/mesh, DefaultProxyConfig)
export const BUILT_IN_PROXY_CONFIG = {
  configPath: './etc/istio/proxy',
  serviceCluster: 'istio-proxy',
  drainDuration: '45s',
  terminationDrainDuration: '5s',
  proxyAdminPort: 15000,
  controlPlaneAuthPolicy: 'MUTUAL_TLS',
  discoveryAddress: 'istiod.istio-system.svc:15012',
  binaryPath: '/usr/local/bin/envoy',
  statNameLength: 189,
  statusPort: 15020,
} as const satisfies Config;

const compiled = Compile(ProxyConfig);

// some ten times what is ever needed; the worst text of this length, closing braces, takes the reader 0.15 s
const MAX_CHARACTERS = 16_384;

/** What a pod says about its proxy, or why that cannot be read. */
export type ReadProxyConfig = { readonly config: Config } | { readonly problem: string };

/**
 * Reads a ProxyConfig that is written as YAML or JSON, with the names of either of the two spellings that protobuf takes.
 * @param lenient whether unknown fields are passed over, as Istio does, instead of refused
 */
export function readProxyConfig(text: string, lenient = false): ReadProxyConfig {
  if (text.length > MAX_CHARACTERS)
    return { problem: `is longer than ${MAX_CHARACTERS} characters; have the profile say it` };
  const { documents, problems: faults } = readDocuments(text, '');
  const [fault] = faults;
  if (fault !== undefined) return { problem: `cannot be read at its line ${fault.line ?? 1}: ${fault.message}` };
  const value = documents[0]?.value ?? {};
  if (documents.length > 1 || !isObject(value)) return { problem: 'is no map of fields' };
  const named = withJsonNames(value, lenient);
  if (!compiled.Check(named)) {
    const read = readValue(ProxyConfig, named);
    const problems = 'problems' in read ? read.problems : [];
    return {
      problem: problems.map(({ path, message }) => `${path.slice(1).replaceAll('/', '.')} ${message}`).join('; '),
    };
  }
  const wrong = meaningProblem({ ...BUILT_IN_PROXY_CONFIG, ...named });
  return wrong === undefined ? { config: named } : { problem: wrong };
}

/** What is wrong with the text of a ProxyConfig; undefined when nothing is. */
export function proxyConfigProblem(text: string): string | undefined {
  const read = readProxyConfig(text);
  return 'problem' in read ? read.problem : undefined;
}

/** One configuration over another as Istio lays them: field by field, and the entries of proxyMetadata one by one. */
export function mergedProxyConfig(under: Config, over: Config): Config {
  if (Object.keys(over).length === 0) return under;
  const { proxyMetadata, proxyHeaders, ...rest } = over;
  const { serviceCluster, tracingServiceName, ...base } = under;
  // a proxy has one of the two
  const naming = over.serviceCluster === undefined && over.tracingServiceName === undefined;
  return {
    ...base,
    ...(naming && serviceCluster !== undefined ? { serviceCluster } : {}),
    ...(naming && tracingServiceName !== undefined ? { tracingServiceName } : {}),
    ...rest,
    ...(proxyMetadata === undefined ? {} : { proxyMetadata: { ...under.proxyMetadata, ...proxyMetadata } }),
    ...(proxyHeaders === undefined ? {} : { proxyHeaders: { ...keptHeaders(under.proxyHeaders), ...proxyHeaders } }),
  };
}

// Istio lays these five one by one, and takes the others from what lies on top
const KEPT_HEADERS = ['forwardedClientCert', 'requestId', 'attemptCount', 'server', 'envoyDebugHeaders'] as const;

const keptHeaders = (headers: Config['proxyHeaders'] = {}): object =>
  Object.fromEntries(KEPT_HEADERS.flatMap((key) => (headers[key] === undefined ? [] : [[key, headers[key]]])));

/** What Istio’s own validation refuses beyond the types (pkg/config/validation/agent, ValidateMeshConfigProxyConfig). */
function meaningProblem(config: Config): string | undefined {
  const { drainDuration = '', proxyAdminPort = 0, statusPort = 0, controlPlaneAuthPolicy, proxyMetadata = {} } = config;
  const ports = Object.entries({ proxyAdminPort, statusPort }).find(([, port]) => port < 1 || port > 65535);
  if (ports !== undefined) return `${ports[0]} is ${ports[1]}; accepted: a port from 1 to 65535`;
  for (const field of ['configPath', 'binaryPath'] as const)
    if (config[field] === '') return `${field} is empty; leave it out for the default`;
  if (config.serviceCluster === '') return 'serviceCluster is empty; leave it out for the default';
  if (!/^[1-9]\d*(\.0+)?s$/.test(drainDuration))
    return `drainDuration is ${quoted(drainDuration)}; accepted: whole seconds, at least 1s`;
  if (controlPlaneAuthPolicy === 'INHERIT') return 'controlPlaneAuthPolicy is "INHERIT"; accepted: NONE, MUTUAL_TLS';
  const address = ADDRESSES.flatMap((field): [string, string][] => {
    const text = addressOf(config, field);
    return text === undefined || text === '' || isAddress(text) ? [] : [[field, text]];
  })[0];
  if (address !== undefined)
    return `${address[0]} is ${quoted(address[1])}; accepted: a host name or an address with a port, such as istiod.istio-system.svc:15012`;
  if (config.discoveryAddress === '') return 'discoveryAddress is empty; leave it out for the default';
  const name = Object.keys(proxyMetadata).find((key) => !/^[A-Za-z_][-A-Za-z0-9_.]*$/.test(key));
  return name === undefined
    ? undefined
    : `proxyMetadata has the key ${quoted(name)}, which cannot be the name of an environment variable`;
}

const ADDRESSES = [
  'discoveryAddress',
  'statsdUdpAddress',
  'envoyMetricsServiceAddress',
  'envoyMetricsService',
  'envoyAccessLogService',
] as const;

function addressOf(config: Config, field: (typeof ADDRESSES)[number]): string | undefined {
  const value = config[field];
  return isObject(value) ? (value.address as string | undefined) : value;
}

function isAddress(text: string): boolean {
  const [, bracketed, host = bracketed ?? '', port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  if (!(Number(port) >= 1 && Number(port) <= 65535)) return false;
  return isIP(host) !== 0 || /^([A-Za-z0-9_]([-A-Za-z0-9_]{0,61}[A-Za-z0-9_])?\.?)+$/.test(host);
}
