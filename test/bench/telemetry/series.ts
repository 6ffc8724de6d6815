import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../../scripts/progress.mjs';
import type { SeriesCost } from '../../../src/core/capacity/series-cost.ts';
import { destinationOf } from '../../../src/core/sidecar/profiles/envoy/pod-traffic.ts';
import { renderBootstrap } from '../../../src/core/xds/bootstrap.ts';
import type { EnvoyMessage } from '../../../src/core/xds/types.ts';
import { yamlText } from '../../../src/core/xds/yaml-text.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { trafficService } from '../../core-fixtures/traffic-services.ts';
import { envoyVersion, findEnvoy } from '../../envoy/binary.ts';
import { SystemPackages } from '../../needs/system-packages.ts';
import { redirectTraffic } from '../../traffic/injected-sidecar.ts';
import { profileSpec } from '../../traffic/profile-variants.ts';
import { requireNetworkNamespaces, TRAFFIC_COMMANDS } from '../../traffic/system-commands.ts';
import { APPLICATION_PORT, openBenchPods, SERVER } from '../sidecar/pods.ts';
import { table } from '../tables.ts';
import { fetchIn, scrape, seriesIn } from './scrape.ts';

const OFF = {
  ...{ timeout: 'none', retries: 'none', retryBudget: 'none', circuitBreaker: 'none', outlierDetection: 'none' },
};
// so many that a difference of one is seen, and that each is the same
const SERVICES = 4;

/** What each Service that a sidecar calls may say. */
const VALUES: Readonly<Record<Variant, Json | undefined>> = {
  idle: undefined,
  plain: { ...OFF, timeout: '1s' },
  limited: { ...OFF, circuitBreaker: { maxRequests: 3 } },
  ejecting: { ...OFF, outlierDetection: { consecutive5xx: 3, maxEjectionPercent: 34 } },
  faults: { ...OFF, environment: 'dev', fault: { abort: { status: 503, percent: 0 } } },
};
type Variant = 'idle' | 'plain' | 'limited' | 'ejecting' | 'faults';

// Envoy makes histograms of what its threads have seen every five seconds
const FLUSHED_MS = 7_000;

const SERVES = `require('node:http').createServer((request, response) => response.end('well')).listen(${APPLICATION_PORT}, '::')`;

/** How many series sidecars of different configurations have, and what one more of each thing adds. */
export interface SeriesFigures {
  readonly counted: Readonly<Record<Variant, number>>;
  readonly cost: SeriesCost;
}

/** Counts them. Needs Linux and root. */
export async function measureSeries(progress: Progress): Promise<SeriesFigures> {
  await requireNetworkNamespaces();
  await new SystemPackages().require(TRAFFIC_COMMANDS, progress);
  const envoy = await findEnvoy({ progress });
  const step = progress.step('series of sidecars that call Services');
  const counted: Partial<Record<Variant, number>> = {};
  let answered = 0;
  for (const [variant, values] of Object.entries(VALUES) as [Variant, Json | undefined][]) {
    const pods = await openBenchPods(configOf(values));
    const { client, server } = pods;
    const series = async () => seriesIn(await scrape(server.network)).length;
    try {
      counted[variant] = await series();
      if (values !== undefined) continue;
      await pods.serve([process.execPath, '-e', SERVES]);
      await redirectTraffic(server.network);
      await fetchIn(client.network, `http://${SERVER.ipv4}:${APPLICATION_PORT}/`);
      await sleep(FLUSHED_MS);
      answered = (await series()) - (counted[variant] ?? 0);
    } finally {
      await pods.stop();
    }
  }
  if (answered === 0) throw new Error('the request did not pass the sidecar');
  step.done();
  const all = counted as Record<Variant, number>;
  const more = (variant: Variant, than: Variant) => (all[variant] - all[than]) / SERVICES;
  const cost = {
    ...{ date: new Date().toISOString().slice(0, 10), envoy: (await envoyVersion(envoy)) ?? 'unknown' },
    ...{ idle: all.idle, upstream: more('plain', 'idle'), limited: more('limited', 'plain') },
    ...{ ejecting: more('ejecting', 'plain'), faults: all.faults - all.plain, answered },
  };
  return { counted: all, cost };
}

function configOf(values: Json | undefined): string {
  const names = values === undefined ? [] : Array.from({ length: SERVICES }, (_, number) => `service-${number}`);
  const destinations = names.flatMap(
    (name) => destinationOf(trafficService(name, { service: { name, port: 8080, minReplicas: 3 }, ...values })) ?? [],
  );
  const traffic = { namespace: 'shop', clusterDomain: 'cluster.local', destinations, served: [] };
  const bootstrap = renderBootstrap(profileSpec({ features: ['Observability', 'Resilience'] }), traffic);
  const own = bootstrap.static_resources as Record<'clusters' | 'listeners', readonly EnvoyMessage[]>;
  // there is no DNS, and a sidecar that asks it for its Services would be ready only when it has given up
  const clusters = own.clusters.map((cluster) => ({ ...cluster, wait_for_warm_on_init: false }));
  return yamlText({ ...bootstrap, static_resources: { ...own, clusters } });
}

const TOLD: Readonly<Record<Variant, string>> = {
  idle: 'no Service',
  plain: `${SERVICES} Services`,
  limited: `${SERVICES} Services with circuit breakers`,
  ejecting: `${SERVICES} Services whose pods may be ejected`,
  faults: `${SERVICES} Services, with faults`,
};

/** The table of what is counted, and what is made of it. */
export const seriesTable = ({ counted, cost }: SeriesFigures): string =>
  table(
    ['a sidecar that calls, before any request', 'series'],
    [
      ...(Object.keys(TOLD) as Variant[]).map((variant) => [TOLD[variant], String(counted[variant])]),
      ['more for each upstream that has answered, with one status code', String(cost.answered)],
    ],
  );
