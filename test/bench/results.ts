import type { LoadSize } from './https/load.ts';
import type { SidecarFigures } from './sidecar/report.ts';
import type { TelemetryFigures } from './telemetry/report.ts';
import type { SeriesFigures } from './telemetry/series.ts';

const PEER_HEADING = "## Against Istio's injector";
const SIDECAR_HEADING = '## What the sidecar costs';
const TELEMETRY_HEADING = '## What it costs to be told';
const SCALE_HEADING = '## A month of a rollout';
const SERIES_HEADING = '## Series of a sidecar';

/** The parts of RESULTS.md in their order, each with the heading that it begins with. */
const PARTS = {
  own: '# Benchmark results',
  peer: PEER_HEADING,
  sidecar: SIDECAR_HEADING,
  telemetry: TELEMETRY_HEADING,
  scale: SCALE_HEADING,
  series: SERIES_HEADING,
};
export type Part = keyof typeof PARTS;

/** What stands in RESULTS.md when one of its parts has been measured anew; the others stay. */
export function resultsWith(measured: Part, text: string, before: string): string {
  const names = Object.keys(PARTS) as Part[];
  const present = names
    .map((name) => ({ name, at: before.indexOf(PARTS[name]) }))
    .filter(({ at }) => at !== -1)
    .map(({ name, at }, index, all) => [name, before.slice(at, all[index + 1]?.at)] as const);
  const parts: Partial<Record<Part, string>> = { ...Object.fromEntries(present), [measured]: text };
  return `${names.flatMap((name) => parts[name]?.trim() ?? []).join('\n\n')}\n`;
}

/** The part that is measured without anybody else’s program. */
export const ownResults = (machine: string, load: LoadSize, tables: string): string => `${PARTS.own}

Written by \`npm run bench -- --save\` on ${today()}: ${machine}.

Times are medians and depend on what else the machine does; the ratios are medians of rounds in which both sides take turns.

- **admit**: JSON.parse of the review as received, the decision with its record, the text of the answer. Its floor is JSON.parse
  of the same bytes, JSON.stringify and base64 of an equal patch, JSON.stringify of an equal answer. A ratio near 1 is possible
  because Pillion escapes Envoy’s configuration once a profile and not once a pod.
- **replay**: from a line of a log to its place in the tally: JSON.parse, the check of the record’s schema, what was decided and what
  another policy decides. Against JSON.parse of the same lines. The rates are of processor time, since the clock counts what else runs.
- **audit**: \`audit --summary\` from the file to the sums, in this process, and \`jq\` asked for the refused records of the same file, in turn.
  jq parses each record for either question; with \`-n\` Pillion looks for the name among the bytes first.
- **HTTPS**: one server process against Fastify as it comes (it parses the JSON body and answers a constant text of the same size)
  in another, the same HTTP/2 and TLS settings, ${load.sessions} connections with ${load.streams} requests at a time each, ${load.requests} requests a round. The load
  comes from one process, which the echo nearly saturates; the processor time a request costs the server is therefore the harder figure.
- **Bundle**: \`dist/pillion.mjs\` with the flags and variables of the Dockerfile, against an API that lists 10,000 namespaces, each
  with three labels and an annotation; the same load, from the same process that plays the API. In turn with the same program
  without --optimize-for-size. On a machine that does other things, only what is measured in turn can be compared.
  How far Node lets the heap grow is what the flags say. A limit to the old space also helps and can end the process; it is not used.
- **From source**, the two servers under HTTPS run with Node’s own limits, under which the young generation grows with the memory of the machine.

${tables}`;

/** The part that needs Istio’s own programs. */
export const peerResults = (machine: string, version: string, tables: string): string => `${PEER_HEADING}

Written by \`npm run bench -- --peer istio --save\` on ${today()}: ${machine}. It builds Istio’s injection handler from the Go module
\`istio.io/istio ${version}\` (test/istio/peer) and needs Go 1.21 or newer; the first build takes a few minutes.

- **Handler**: from the bytes of a review to the bytes of an answer, in process: Istio’s \`/inject\` handler with the chart’s own
  values, templates and mesh configuration, its log silenced; our \`admit\` with the profile \`istio\`, its record included. Each side is
  a process of its own, kept with all its threads on the same one core; they take turns in rounds of about 0.3 s, and the ratio is
  the median of the rounds’ ratios. The times are processor time, garbage collection included, so that what else the machine does does not count. Istio decides as in a cluster of Kubernetes 1.33 or newer (native sidecars).
- **HTTPS**: both as servers on loopback, each kept on one core, the same requests over the same protocol (HTTP/2, 4 connections with 8
  requests at a time each), in turn.

${tables}`;

/** The part that needs a real Envoy in network namespaces. */
export const sidecarResults = (
  machine: string,
  { rounds, coefficients, hops }: SidecarFigures,
  tables: string,
): string => `${SIDECAR_HEADING}

Written by \`npm run bench -- --sidecar --save\` on ${today()}: ${machine}; Envoy ${coefficients.envoy} with ${coefficients.workers} worker threads.
The model's coefficients are written to src/core/capacity/measured.generated.ts at the same time; the default resources of the
profile \`envoy\` are derived from them.

- **Requests**: fortio asks fortio in another network namespace over HTTP/1.1 connections that are kept, ${rounds.answerBytes} bytes an answer.
  On the way is nothing; the sidecar of the server's pod; or that of the client's pod as well: the configuration and the redirect
  rules that the built-in profile renders. The processes stay, the rules come and go, ${rounds.rounds} rounds in turn; figures are medians, the
  ratio is the median of the rounds' own. CPU is user and system time of the processes. What the kernel does for a packet is charged to
  whoever runs at that moment, so a part of the server's figure is the network's.
- **As fast as they are answered**, the machine saturates: client, sidecars and server share ${coefficients.machine.cores} cores (cores busy), so the ratio of
  the rates is that of all processor time, not what a sidecar with cores of its own could pass. Its latencies are those of a queue.
- **At a fixed rate** nothing saturates, and the latencies are what a sidecar adds. The rarer requests are, the more each of them costs,
  because the proxy wakes for it alone. Cores busy beyond what the processes used were the load generator's and other work of the machine.
- **Model**: memory is the sum of what was measured before anything else and a slope (least squares) for each of the others; the last
  row of the memory table, which has something of everything, is not fitted. CPU is a power of the rate (least squares among
  logarithms). The residual is the largest difference between model and measured point, as a share of the point.
- **Memory** is resident memory (VmRSS); most of what a sidecar takes before anything else is the mapped program, and the kernel's socket
  buffers come on top. A cluster has two fixed endpoints; a listener a connection manager and statistics of its own; a connection is a
  client's with the sidecar's own to the server, an answer under way. A receiver that is slower than its sender costs up to Envoy's
  buffer limit (1 MiB on each side) more for as long. After all requests the larger of the two sidecars had ${Math.round(hops.residentBytes / 1e6)} MB.

${tables}`;

/** The part about access log and spans. */
export const telemetryResults = (
  machine: string,
  { rounds, cost }: TelemetryFigures,
  tables: string,
): string => `${TELEMETRY_HEADING}

Written by \`npm run bench -- --telemetry --save\` on ${today()}: ${machine}; Envoy ${cost.envoy}. The figures are written to
src/core/capacity/telemetry.generated.ts at the same time.

Four servers, each with a sidecar of its own on the way of its requests, are asked in turn, ${rounds} rounds; processor time is that of the
sidecar, medians. Requests carry an x-request-id, and a traceparent where they are not traced; answers have 1 KiB. Spans go to a Jaeger. What is
sent for a span is all that the connection to it carries. Series and scrape are those of a sidecar that has served and called over HTTP.

${tables}`;

/** The part about a whole cluster over a month. */
export const scaleResults = (
  machine: string,
  {
    namespaces,
    deployments,
    replicas,
    days,
  }: { readonly [part in 'namespaces' | 'deployments' | 'replicas' | 'days']: number },
  text: string,
): string => `${SCALE_HEADING}

Written by \`npm run scale -- --save\` on ${today()}: ${machine}.

A real API server with the controllers and the scheduler of Kubernetes, nodes and pods that kwok has live, and one process of Pillion: ${namespaces} namespaces with ${deployments} Deployments of ${replicas} pods, of which one
uses the host network and one carries another mesh’s sidecar. Over ${days} days
the namespaces opt in one after another and are restarted; every fifth is rolled back after five days and comes back after twelve; the clock is moved. Each point that is kept is compared with a count
of what \`kubectl get pods -A -o json\` prints at that moment. Commands run from source, so their start and memory are more than those of the bundle.

${text}`;
/** The part about the series of a sidecar. */
export const seriesResults = (machine: string, { cost }: SeriesFigures, tables: string): string => `${SERIES_HEADING}

Written by \`npm run bench -- --series --save\` on ${today()}: ${machine}; Envoy ${cost.envoy}. What is made of the counts is written to
src/core/capacity/series.generated.ts at the same time; test/lab/capacity.test.ts compares what it predicts with a real Prometheus.

${tables}`;

const today = () => new Date().toISOString().slice(0, 10);
