import type { LoadSize } from './https/load.ts';

const PEER_HEADING = "## Against Istio's injector";

/** What stands in RESULTS.md when one of its two parts has been measured anew; the other part stays. */
export function resultsWith(part: 'own' | 'peer', text: string, before: string): string {
  const peerAt = before.indexOf(PEER_HEADING);
  const own = peerAt === -1 ? before : before.slice(0, peerAt);
  const peer = peerAt === -1 ? '' : before.slice(peerAt);
  const parts = part === 'own' ? [text, peer] : [own, text];
  return `${parts
    .map((each) => each.trim())
    .filter(Boolean)
    .join('\n\n')}\n`;
}

/** The part that is measured without anybody else’s program. */
export const ownResults = (machine: string, load: LoadSize, tables: string): string => `# Benchmark results

Written by \`npm run bench -- --save\` on ${today()}: ${machine}.

Times are medians and depend on what else the machine does; the ratios are medians of rounds in which both sides take turns.

- **admit**: JSON.parse of the review as received, the decision with its record, the text of the answer. Its floor is JSON.parse
  of the same bytes, JSON.stringify and base64 of an equal patch, JSON.stringify of an equal answer. A ratio near 1 is possible
  because Pillion escapes Envoy’s configuration once a profile and not once a pod.
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

const today = () => new Date().toISOString().slice(0, 10);
