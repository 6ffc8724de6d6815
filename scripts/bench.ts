// `npm run bench`: what a decision costs against what no webhook can leave out, as ratios within one run. See test/bench.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAdmit, measureNamespaceGrowth } from '../test/bench/admit.ts';
import { measureBundle } from '../test/bench/bundle.ts';
import { measureHttps } from '../test/bench/https.ts';
import {
  admitTable,
  budgetsOf,
  budgetTable,
  bundleTable,
  type Figures,
  httpsTable,
  startTable,
} from '../test/bench/report.ts';
import { benchSnapshot } from '../test/bench/snapshot.ts';
import { createProgress } from './progress.mjs';

const USAGE = `npm run bench                   all three parts, about two minutes
npm run bench -- admit          the decision alone, bytes to bytes
npm run bench -- https          the server over HTTPS on loopback
npm run bench -- bundle          the program as the image runs it: size, start, memory
npm run bench -- -o json        the figures for machines
npm run bench -- --save         also write test/bench/RESULTS.md
`;

const PARTS = ['admit', 'https', 'bundle'];
const RESULTS = fileURLToPath(new URL('../test/bench/RESULTS.md', import.meta.url));
const ADMIT_ROUNDS = { rounds: 31, roundMs: 100 };
const HTTPS_ROUNDS = 9;
const LOAD = { requests: 2000, sessions: 4, streams: 8 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o', default: 'human' },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || positionals.some((part) => !PARTS.includes(part)) || !['human', 'json'].includes(values.output)) {
  process.stderr.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else await bench(positionals.length === 0 ? PARTS : positionals);

async function bench(parts: readonly string[]): Promise<void> {
  const progress = createProgress();
  const figures: { -readonly [part in keyof Figures]: Figures[part] } = {};
  if (parts.includes('admit')) {
    const step = progress.step('admit, bytes to bytes, in turn with its floor');
    const small = benchSnapshot(1);
    figures.admit = measureAdmit(small, ADMIT_ROUNDS);
    figures.growth = measureNamespaceGrowth(benchSnapshot(10_000), small, ADMIT_ROUNDS);
    step.done();
  }
  if (parts.includes('https')) {
    const step = progress.step('Pillion and a bare Fastify echo over HTTPS, in turn');
    figures.https = await measureHttps(HTTPS_ROUNDS, LOAD);
    step.done();
  }
  if (parts.includes('bundle')) {
    const step = progress.step('the bundle with the flags of the image, 10,000 namespaces');
    figures.bundle = await measureBundle(HTTPS_ROUNDS, LOAD);
    step.done();
  }
  const text = report(figures);
  const json = { machine: machine(), ...figures, budgets: budgetsOf(figures) };
  process.stdout.write(values.output === 'json' ? `${JSON.stringify(json, null, 2)}\n` : text);
  if (values.save) await writeFile(RESULTS, saved(text));
}

function report(figures: Figures): string {
  const { admit, https, bundle } = figures;
  const tables = [
    ...(admit === undefined ? [] : [admitTable(admit)]),
    ...(https === undefined ? [] : [httpsTable(https), startTable(https)]),
    ...(bundle === undefined ? [] : [bundleTable(bundle)]),
    budgetTable(budgetsOf(figures)),
  ];
  return `${tables.join('\n\n')}\n`;
}

function machine(): string {
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), shared; Node ${process.versions.node}`;
}

function saved(text: string): string {
  return `# Benchmark results

Written by \`npm run bench -- --save\` on ${new Date().toISOString().slice(0, 10)}: ${machine()}.

Times are medians and depend on what else the machine does; the ratios are medians of rounds in which both sides take turns.

- **admit**: JSON.parse of the review as received, the decision with its record, the text of the answer. Its floor is JSON.parse
  of the same bytes, JSON.stringify and base64 of an equal patch, JSON.stringify of an equal answer. A ratio near 1 is possible
  because Pillion escapes Envoy’s configuration once a profile and not once a pod.
- **HTTPS**: one server process against Fastify as it comes (it parses the JSON body and answers a constant text of the same size)
  in another, the same HTTP/2 and TLS settings, ${LOAD.sessions} connections with ${LOAD.streams} requests at a time each, ${LOAD.requests} requests a round. The load
  comes from one process, which the echo nearly saturates; the processor time a request costs the server is therefore the harder figure.
- **Bundle**: \`dist/pillion.mjs\` with the flags and variables of the Dockerfile, against an API that lists 10,000 namespaces, each
  with three labels and an annotation; the same load, from the same process that plays the API.
  How far Node lets the heap grow is what the flags say. A limit to the old space also helps and can end the process; it is not used.
- **From source**, the two servers under HTTPS run with Node’s own limits, under which the young generation grows with the memory of the machine.

${text}`;
}
