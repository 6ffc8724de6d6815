import { pointer } from '../../../json/pointer.ts';
import type { Labels } from '../../../kubernetes/pod.ts';
import { ownValue } from '../../../kubernetes/pod.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import type { Effective } from './effective.ts';
import { goJson } from './go-json.ts';
import type { Variable } from './proxy-env.ts';
import { type ScrapeTarget, scrapeTargets } from './scrape-targets.ts';
import { goBool } from './values.ts';

/** What becomes of the metrics of a pod. */
export interface Scraping {
  readonly annotations: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  readonly env: readonly Variable[];
  readonly problems: readonly Problem[];
}

const NOTHING: Scraping = Object.freeze({ annotations: {}, removed: [], env: [], problems: [] });

// ports of the data plane, which serve no metrics of an application (pilot-agent, istioReservedPorts)
const RESERVED: ReadonlySet<number> = new Set([15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090]);

/** An annotation under every spelling that Prometheus reads as the same name. */
interface Said {
  readonly key: string;
  readonly value: string;
}
const FIELDS = ['scrape', 'port', 'path', 'targets'] as const;
type Field = (typeof FIELDS)[number];
const FIELD_NAMES: ReadonlyMap<string, Field> = new Map([
  // as they are nearly always spelled
  ['prometheus.io/scrape', 'scrape'],
  ['prometheus.io/port', 'port'],
  ['prometheus.io/path', 'path'],
  ['prometheus.istio.io/scrape-targets', 'targets'],
  ['prometheus_io_scrape', 'scrape'],
  ['prometheus_io_port', 'port'],
  ['prometheus_io_path', 'path'],
  ['prometheus_istio_io_scrape_targets', 'targets'],
]);

/**
 * Prometheus is sent to the agent, which serves the application’s metrics with the sidecar’s own (Istio reference, chapter 3.9). Where
 * the application shows its metrics goes to the agent in a variable.
 */
export function scrapingFor({ spec, asIstio, annotations, scrapePort, agentIsSilent }: Effective): Scraping {
  const said = fieldsOf(annotations);
  const first = (field: Field): string => said.get(field)?.at(-1)?.value ?? '';
  const wanted = (said.get('scrape') ?? []).map(({ value }) => goBool(value)).find((value) => value !== undefined);
  const merges = goBool(ownValue(annotations, 'prometheus.istio.io/merge-metrics') ?? '') ?? spec.mesh.prometheusMerge;
  // a pod that shows no metrics is not scraped; Istio has it scraped all the same
  if (wanted === false || !merges || agentIsSilent || (said.size === 0 && !asIstio)) return NOTHING;
  const port = String(scrapePort);
  // the mark of an earlier injection, or a pod that knows better
  if (said.get('port')?.some(({ value }) => value === port)) return NOTHING;
  const targets = scrapeTargets(first('targets')) ?? [];
  const [main] = targets;
  const config = {
    scrape: first('scrape'),
    path: main?.path ?? first('path'),
    port: main?.port ?? first('port'),
    ...(targets.length === 0 ? {} : { targets: targets.map((target) => ({ port: target.port, path: target.path })) }),
  };
  const problems = portProblems(said, targets, scrapePort);
  const empty = config.scrape === '' && config.path === '' && config.port === '' && targets.length === 0;
  return {
    annotations: {
      'prometheus.io/path': '/stats/prometheus',
      'prometheus.io/port': port,
      'prometheus.io/scrape': 'true',
    },
    removed: [...said.values()]
      .flatMap((all) => all.map(({ key }) => key))
      .filter((key) => !WRITTEN.has(key))
      .sort(),
    env: empty ? [] : [{ name: 'ISTIO_PROMETHEUS_ANNOTATIONS', value: goJson(config) }],
    problems,
  };
}

const WRITTEN: ReadonlySet<string> = new Set(['prometheus.io/path', 'prometheus.io/port', 'prometheus.io/scrape']);

function fieldsOf(annotations: Labels): ReadonlyMap<Field, readonly Said[]> {
  const said = new Map<Field, Said[]>();
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith('prometheus')) continue;
    const field = FIELD_NAMES.get(key) ?? FIELD_NAMES.get(asPrometheusReads(key));
    if (field === undefined) continue;
    const before = said.get(field);
    const one = { key, value: annotations[key] ?? '' };
    said.set(field, before === undefined ? [one] : [...before, one].sort(byKey));
  }
  return said;
}

const byKey = (one: Said, other: Said): number => (one.key < other.key ? -1 : 1);

function portProblems(
  said: ReadonlyMap<Field, readonly Said[]>,
  targets: readonly ScrapeTarget[],
  scrapePort: number,
): readonly Problem[] {
  const field: Field = targets.length > 0 ? 'targets' : 'port';
  const key = said.get(field)?.at(-1)?.key;
  const ports =
    targets.length > 0 ? targets.map((target) => target.port) : (said.get('port') ?? []).map(({ value }) => value);
  return key === undefined
    ? []
    : ports.flatMap((text) => {
        const port = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : 0;
        const wrong = port < 1 || port > 65535 || port === scrapePort || RESERVED.has(port);
        if (!wrong || text === '') return [];
        const message = `${key} names the port ${quoted(text)}; accepted: a port of the application from 1 to 65535, none of the sidecar’s (${[...new Set([...RESERVED, scrapePort])].join(', ')})`;
        return [{ path: pointer('metadata', 'annotations', key), message }];
      });
}

const asPrometheusReads = (key: string): string => key.replace(/[^A-Za-z0-9_]/g, '_');

const SECURE_PORT = 'prometheus_istio_io_secure_port';
const isSecurePort = (key: string): boolean =>
  key.length === SECURE_PORT.length && asPrometheusReads(key) === SECURE_PORT;

/** The annotation by which Prometheus finds a merged port with TLS, which a variable of the sidecar opens. */
export function securePort(annotations: Labels, env: readonly Variable[]): Readonly<Record<string, string>> {
  if (Object.keys(annotations).some(isSecurePort)) return {};
  const port = env.find(({ name, value }) => name === 'ENVOY_SECURE_MERGED_METRICS_PORT' && value && value !== '0');
  return port?.value === undefined ? {} : { 'prometheus.istio.io/secure-port': port.value };
}
