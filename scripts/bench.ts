// `npm run bench`: what a decision costs against what no webhook can leave out, as ratios within one run. See test/bench.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { measureAdmit, measureNamespaceGrowth } from '../test/bench/admit.ts';
import { measureAudit } from '../test/bench/audit.ts';
import { measureBundle } from '../test/bench/bundle.ts';
import { measureHttps } from '../test/bench/https.ts';
import { machine } from '../test/bench/machine.ts';
import { COEFFICIENTS, SERIES_COST, TELEMETRY_COST, writeMeasured } from '../test/bench/measured-module.ts';
import { measurePeer } from '../test/bench/peer.ts';
import { measureReaders } from '../test/bench/readers.ts';
import { measureReplay } from '../test/bench/replay.ts';
import { budgetsOf, type Figures, report } from '../test/bench/report.ts';
import {
  ownResults,
  type Part,
  peerResults,
  resultsWith,
  seriesResults,
  sidecarResults,
  telemetryResults,
} from '../test/bench/results.ts';
import { measureShadows } from '../test/bench/shadows.ts';
import { measureSidecar } from '../test/bench/sidecar.ts';
import { benchSnapshot } from '../test/bench/snapshot.ts';
import { measureSeries } from '../test/bench/telemetry/series.ts';
import { measureTelemetry } from '../test/bench/telemetry.ts';
import { createProgress } from './progress.mjs';
import { scriptArguments } from './script-arguments.ts';

const USAGE = `npm run bench                   all five parts, about three minutes
npm run bench -- admit          the decision alone, bytes to bytes
npm run bench -- replay         another policy tried on the records of a log
npm run bench -- audit          a log summed up, against jq on the same file; needs jq
npm run bench -- https          the server over HTTPS on loopback
npm run bench -- readers        the same while the records on stdout are read, and while they are not
npm run bench -- bundle         the program as the image runs it: size, start, memory
npm run bench -- --peer istio   Istio's injection handler and ours on the same bytes, about three minutes once it is built
npm run bench -- --sidecar      what the sidecar costs: requests, processor time, memory; needs Linux and root, about eight minutes
npm run bench -- --telemetry    what it costs to write requests down and to trace them; needs Linux and root, about three minutes once Jaeger is built
npm run bench -- -o json        the figures for machines
npm run bench -- --series       how many series a sidecar has; needs Linux and root, about a minute
npm run bench -- --save         also write test/bench/RESULTS.md (--sidecar, --telemetry, --series: and what src/core/capacity knows of it)
`;

const PARTS = ['admit', 'replay', 'audit', 'https', 'readers', 'bundle'];
const PEERS = ['istio'];
const OUTPUTS = ['human', 'json'];
const RESULTS = fileURLToPath(new URL('../test/bench/RESULTS.md', import.meta.url));
const ADMIT_ROUNDS = { rounds: 31, roundMs: 100 };
const HTTPS_ROUNDS = 9;
const LOAD = { requests: 2000, sessions: 4, streams: 8 };

const { values, positionals } = scriptArguments(USAGE, {
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o', default: 'human' },
    peer: { type: 'string' },
    sidecar: { type: 'boolean', default: false },
    telemetry: { type: 'boolean', default: false },
    series: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const { peer, sidecar, telemetry, series } = values;
const misuse = misuseOf();
if (values.help || misuse !== undefined) {
  process.stderr.write(values.help ? USAGE : `${misuse}\n\n${USAGE}`);
  process.exitCode = values.help ? 0 : 2;
} else await bench(await measured());

function misuseOf(): string | undefined {
  const part = positionals.find((each) => !PARTS.includes(each));
  if (part !== undefined) return `there is no part ${part}; there are ${PARTS.join(', ')}`;
  if (peer !== undefined && !PEERS.includes(peer)) return `there is no peer ${peer}; there is ${PEERS.join(', ')}`;
  if (!OUTPUTS.includes(values.output)) return `-o is ${values.output}; accepted: ${OUTPUTS.join(', ')}`;
  const chosen = [positionals.length > 0, peer !== undefined, sidecar, telemetry, series].filter(Boolean).length;
  return chosen > 1
    ? 'parts, --peer, --sidecar, --telemetry and --series are measured one at a time; name one of them'
    : undefined;
}

async function measured(): Promise<Figures> {
  if (series) return { series: await measureSeries(createProgress()) };
  if (telemetry) return { telemetry: await measureTelemetry(createProgress()) };
  if (sidecar) return { sidecar: await measureSidecar(createProgress()) };
  if (peer !== undefined) return { peer: await measurePeer(createProgress()) };
  return ownFigures(positionals.length === 0 ? PARTS : positionals);
}

async function bench(figures: Figures): Promise<void> {
  const text = report(figures);
  const json = { machine: machine(), ...figures, budgets: budgetsOf(figures) };
  process.stdout.write(values.output === 'json' ? `${JSON.stringify(json, null, 2)}\n` : text);
  if (!values.save) return;
  const before = await readFile(RESULTS, 'utf8');
  await writeFile(RESULTS, resultsWith(...partOf(figures, text), before));
  if (figures.sidecar) await writeMeasured(COEFFICIENTS, figures.sidecar.coefficients);
  if (figures.series) await writeMeasured(SERIES_COST, figures.series.cost);
  if (figures.telemetry) await writeMeasured(TELEMETRY_COST, figures.telemetry.cost);
}

function partOf(
  { peer: its, sidecar: costs, telemetry: told, series: counted }: Figures,
  tables: string,
): [part: Part, text: string] {
  if (costs) return ['sidecar', sidecarResults(machine(), costs, tables)];
  if (counted) return ['series', seriesResults(machine(), counted, tables)];
  if (told) return ['telemetry', telemetryResults(machine(), told, tables)];
  if (its) return ['peer', peerResults(machine(), its.version, tables)];
  return ['own', ownResults(machine(), LOAD, tables)];
}

async function ownFigures(parts: readonly string[]): Promise<Figures> {
  const progress = createProgress();
  const figures: { -readonly [part in keyof Figures]: Figures[part] } = {};
  if (parts.includes('admit')) {
    const step = progress.step('admit, bytes to bytes, in turn with its floor');
    const small = benchSnapshot(1);
    figures.admit = measureAdmit(small, ADMIT_ROUNDS);
    figures.growth = measureNamespaceGrowth(benchSnapshot(10_000), small, ADMIT_ROUNDS);
    figures.shadows = measureShadows(small, ADMIT_ROUNDS);
    step.done();
  }
  if (parts.includes('replay')) {
    const step = progress.step('records of a log under another policy, in turn with JSON.parse');
    figures.replay = measureReplay(ADMIT_ROUNDS);
    step.done();
  }
  if (parts.includes('audit')) {
    const step = progress.step('a log summed up by audit and asked by jq, in turn');
    figures.audit = await measureAudit();
    step.done();
  }
  if (parts.includes('https')) {
    const step = progress.step('Pillion and a bare Fastify echo over HTTPS, in turn');
    figures.https = await measureHttps(HTTPS_ROUNDS, LOAD);
    step.done();
  }
  if (parts.includes('readers')) {
    const step = progress.step('Pillion with a reader of its records and with one that has stopped, in turn');
    figures.readers = await measureReaders(HTTPS_ROUNDS, LOAD);
    step.done();
  }
  if (parts.includes('bundle')) {
    const step = progress.step('the bundle with the flags of the image, 10,000 namespaces');
    figures.bundle = await measureBundle(HTTPS_ROUNDS, LOAD);
    step.done();
  }
  return figures;
}
