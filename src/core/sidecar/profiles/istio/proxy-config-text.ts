import { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { isObject } from '../../../json/is-object.ts';
import { BUILT_IN_PROXY_CONFIG } from './proxy-config.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

// fields that are messages around one value, so that their zero is not the same as nothing (mesh/v1alpha1/proxy.proto)
const WRAPPED: ReadonlySet<string> = new Set([
  'concurrency',
  'holdApplicationUntilProxyStarts',
  'statsCompression',
  'insecureSkipVerify',
  'enableIstioTags',
  'maxNumberOfAttributes',
  'maxNumberOfAnnotations',
  'maxNumberOfMessageEvents',
  'disabled',
  'fallback',
  'subject',
  'cert',
  'chain',
  'dns',
  'uri',
  'preserveHttp1HeaderCase',
  'xForwardedHost.enabled',
  'xForwardedPort.enabled',
  'listenerPerConnectionBufferLimitBytes',
  'clusterPerConnectionBufferLimitBytes',
  'httpMaxConcurrentStreams',
  'http2InitialStreamWindowSize',
  'http2InitialConnectionWindowSize',
  'httpMergeSlashes',
  'listenerConnectionLimit',
  'globalDownstreamConnectionLimit',
]);

/** The first name of each enumeration is its zero. */
const ZEROS: ReadonlySet<unknown> = new Set([
  '',
  0,
  false,
  'REDIRECT',
  'UNDEFINED',
  'DISABLE',
  'SIDECAR',
  'HEADERS_WITH_UNDERSCORES_UNSPECIFIED',
  'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED',
]);

const TEXTS_OF_64_BITS: ReadonlySet<string> = new Set([
  'maxNumberOfAttributes',
  'maxNumberOfAnnotations',
  'maxNumberOfMessageEvents',
]);

/**
 * The value of PROXY_CONFIG: what differs from Istio’s built-in configuration, as protobuf writes it, that is in the order of the
 * message and without zeros.
 */
export function proxyConfigText(config: ProxyConfig): string {
  const differing = Object.fromEntries(
    Object.entries(config).filter(
      ([key, value]) => (BUILT_IN_PROXY_CONFIG as Readonly<Record<string, unknown>>)[key] !== value,
    ),
  );
  return JSON.stringify(written(differing, ProxyConfig as unknown as Schema, '') ?? {});
}

function written(value: unknown, schema: Schema, name: string): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return value.length === 0
      ? undefined
      : value.map((item) => (items === undefined ? item : (written(item, items, '') ?? item)));
  }
  if (isObject(value)) {
    const { properties } = schema;
    if (properties === undefined) return sorted(value);
    const entries = Object.keys(properties).flatMap((key): [string, unknown][] => {
      const inner = properties[key];
      if (inner === undefined || !Object.hasOwn(value, key)) return [];
      const text = written(value[key], inner, `${name}.${key}`);
      return text === undefined ? [] : [[key, text]];
    });
    return Object.fromEntries(entries);
  }
  const [outer, key] = name.split('.').slice(-2) as [string, string];
  if (TEXTS_OF_64_BITS.has(key)) return String(value);
  if (WRAPPED.has(key) || WRAPPED.has(`${outer}.${key}`)) return value;
  return ZEROS.has(value) ? undefined : canonicalDuration(value);
}

function sorted(map: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(map).sort();
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, map[key]]));
}

/** A duration with none, three, six or nine decimals, whichever is enough. */
function canonicalDuration(value: unknown): unknown {
  const [, whole, decimals] = typeof value === 'string' ? (/^(-?\d+)\.(\d{1,9})s$/.exec(value) ?? []) : [];
  if (whole === undefined || decimals === undefined) return value;
  const digits = decimals.replace(/0+$/, '');
  const width = Math.ceil(digits.length / 3) * 3;
  return width === 0 ? `${whole}s` : `${whole}.${digits.padEnd(width, '0')}s`;
}
