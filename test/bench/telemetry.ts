import { stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Progress } from '../../scripts/progress.mjs';
import type { TelemetryCost } from '../../src/core/capacity/telemetry-cost.ts';
import { envoyVersion, findEnvoy } from '../envoy/binary.ts';
import { SystemPackages } from '../needs/system-packages.ts';
import { findFortio } from '../tools/fortio.ts';
import { findJaeger } from '../tools/jaeger.ts';
import { eventually } from '../traffic/captured-pod.ts';
import { redirectTraffic } from '../traffic/injected-sidecar.ts';
import { requireNetworkNamespaces, TRAFFIC_COMMANDS } from '../traffic/system-commands.ts';
import { median } from './interleaved.ts';
import { cpuMicroseconds } from './process-usage.ts';
import { fortioLoad } from './sidecar/fortio-load.ts';
import { APPLICATION_PORT, type BenchPods, CLIENT, openBenchPods, SERVER } from './sidecar/pods.ts';
import type { TelemetryFigures, VariantFigure } from './telemetry/report.ts';
import { counterIn, everyStatistic, fetchIn, scrape, seriesIn } from './telemetry/scrape.ts';
import { configOf, VARIANTS, type Variant } from './telemetry/variants.ts';

const ROUNDS = 7;
const LOAD = { connections: 16, seconds: 4, rate: 1000 };
const CALLER = [
  'x-request-id: 4c1b2b1e-8f6a-4d0e-9c3f-5a1d7e2b9f00',
  `traceparent: 00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-00`,
];
const URL_PATH = '/echo?size=1024';
// of spans and of lines
const SENT_MS = 7000;

/** What it costs that a sidecar tells about its traffic. Needs Linux, root, a fortio and a Jaeger, which it builds. */
export async function measureTelemetry(progress: Progress): Promise<TelemetryFigures> {
  await requireNetworkNamespaces();
  await new SystemPackages().require(TRAFFIC_COMMANDS, progress);
  const [envoy, fortio, jaeger] = [
    await findEnvoy({ progress }),
    await findFortio({ progress }),
    await findJaeger({ progress }),
  ];
  const step = progress.step('requests of which nothing is told, that are written down, that are traced, in turn');
  const all: Opened[] = [];
  try {
    // one after the other: they have the same addresses, in networks of their own
    for (const variant of VARIANTS) all.push(await open(variant, fortio, jaeger));
    const rounds: Record<Variant, number[]> = { nothing: [], json: [], gelf: [], traced: [] };
    for (let round = 0; round < ROUNDS; round += 1)
      for (const one of round % 2 === 0 ? all : all.toReversed()) rounds[one.variant].push(await loaded(one, fortio));
    const figures = await Promise.all(all.map(async (one) => figureOf(one, rounds[one.variant])));
    const cost = costOf(figures, {
      date: new Date().toISOString().slice(0, 10),
      envoy: (await envoyVersion(envoy)) ?? 'unknown',
    });
    step.done();
    return { rounds: ROUNDS, load: LOAD, cores: cpus().length, figures, cost };
  } finally {
    await Promise.all(all.map(({ pods }) => pods.stop()));
  }
}

interface Opened {
  readonly variant: Variant;
  readonly pods: BenchPods;
  readonly logBytes: number;
  requests: number;
}

async function open(variant: Variant, fortio: string, jaeger: string): Promise<Opened> {
  const pods = await openBenchPods(configOf(variant));
  const { client, server } = pods;
  await client.network.start(['env', 'JAEGER_LISTEN_HOST=0.0.0.0', jaeger], 'jaeger');
  await eventually(() => fetchIn(client.network, 'http://127.0.0.1:16686/'));
  await pods.serve([fortio, 'server', '-http-port', String(APPLICATION_PORT), '-grpc-port', 'disabled']);
  await redirectTraffic(server.network);
  // so that it has called as well
  await fetchIn(server.network, `http://${CLIENT.ipv4}:16686/`);
  const opened = { variant, pods, logBytes: (await stat(server.log)).size, requests: 0 };
  await loaded(opened, fortio);
  return opened;
}

/** Processor time of the sidecar, in microseconds a request. */
async function loaded(one: Opened, fortio: string): Promise<number> {
  const { client, server } = one.pods;
  const before = await cpuMicroseconds(server.sidecar);
  const headers = one.variant === 'traced' ? CALLER.slice(0, 1) : CALLER;
  const url = `http://${SERVER.ipv4}:${APPLICATION_PORT}${URL_PATH}`;
  const { requests } = await fortioLoad(fortio, client.network, url, { ...LOAD, headers });
  one.requests += requests;
  return ((await cpuMicroseconds(server.sidecar)) - before) / requests;
}

async function figureOf(
  { variant, pods, logBytes, requests }: Opened,
  times: readonly number[],
): Promise<VariantFigure> {
  const { server } = pods;
  await new Promise((resolve) => setTimeout(resolve, SENT_MS));
  const page = await scrape(server.network);
  const statistics = await everyStatistic(server.network);
  const spans = counterIn(statistics, 'envoy_tracing_opentelemetry_spans_sent');
  const sent = counterIn(statistics, 'envoy_cluster_upstream_cx_tx_bytes_total', 'trace_collector');
  if ((variant === 'traced') !== spans > 0) throw new Error(`${spans} spans were sent of ${variant}`);
  return {
    variant,
    microseconds: median(times),
    lineBytes: ((await stat(server.log)).size - logBytes) / requests,
    spansPerRequest: spans / requests,
    spanBytes: spans === 0 ? 0 : sent / spans,
    series: seriesIn(page).length,
    scrapeBytes: Buffer.byteLength(page),
  };
}

function costOf(figures: readonly VariantFigure[], about: Pick<TelemetryCost, 'date' | 'envoy'>): TelemetryCost {
  const of = (variant: Variant) => {
    const found = figures.find((figure) => figure.variant === variant);
    if (found === undefined) throw new Error(`${variant} was not measured`);
    return found;
  };
  const more = (variant: Variant) => Math.max(0, Math.round(of(variant).microseconds - of('nothing').microseconds));
  return {
    ...about,
    lineBytes: { json: Math.round(of('json').lineBytes), gelf: Math.round(of('gelf').lineBytes) },
    spansPerRequest: Math.round(of('traced').spansPerRequest * 100) / 100,
    spanBytes: Math.round(of('traced').spanBytes),
    series: of('nothing').series,
    scrapeBytes: of('nothing').scrapeBytes,
    microseconds: { json: more('json'), gelf: more('gelf'), traced: more('traced') },
  };
}
