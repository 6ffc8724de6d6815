import type { AdmitFigure, NamespaceGrowth } from './admit.ts';
import type { AuditFigure } from './audit.ts';
import type { BundleFigures } from './bundle.ts';
import type { HttpsFigures } from './https.ts';
import { handlerTable, type PeerFigures, peerBudgets, peerHttpsTable } from './peer/report.ts';
import { type ReaderFigures, readersTable } from './readers.ts';
import type { ReplayFigure } from './replay.ts';
import { LARGE, ORDINARY } from './reviews.ts';
import type { ShadowFigure } from './shadows.ts';
import { type SidecarFigures, sidecarTables } from './sidecar/report.ts';
import { type Budget, megabytes, table, whole } from './tables.ts';
import { type TelemetryFigures, telemetryTable } from './telemetry/report.ts';
import { type SeriesFigures, seriesTable } from './telemetry/series.ts';

export interface Figures {
  readonly admit?: readonly AdmitFigure[];
  readonly growth?: NamespaceGrowth;
  readonly shadows?: readonly ShadowFigure[];
  readonly replay?: readonly ReplayFigure[];
  readonly audit?: readonly AuditFigure[];
  readonly https?: HttpsFigures;
  readonly readers?: ReaderFigures;
  readonly bundle?: BundleFigures;
  readonly peer?: PeerFigures;
  readonly sidecar?: SidecarFigures;
  readonly telemetry?: TelemetryFigures;
  readonly series?: SeriesFigures;
}

const MIN_SHARE_OF_ECHO = 0.5;
const MAX_RESIDENT_MB = 150;
const MAX_READY_MS = 1000;
// the two sides do the same, so this is what noise may add
const MAX_GROWTH_BY_NAMESPACES = 1.1;
// how close to the least that any webhook has to do; `--peer istio` compares with Istio’s handler
const MAX_RATIO_TO_FLOOR = 2;
// what an operator tries may not cost more than what counts
const MAX_WITH_SHADOWS = 2;
const HELD_TO_FLOOR: readonly string[] = [ORDINARY.name, LARGE.name];

// nobody may wait for whoever reads records; what is above 1 is noise
const MAX_STALLED_P99 = 1.2;

// reading a record, and checking that it is one, is most of what replaying it costs
const MAX_REPLAY_TO_PARSE = 4;
const MIN_REPLAYED_A_SECOND = 100_000;

/** The budgets that these figures say something about. */
export function budgetsOf(figures: Figures): Budget[] {
  const { admit = [], growth, shadows = [], replay = [], audit = [], https, readers, bundle, peer } = figures;
  return [
    ...admit
      .filter(({ name }) => HELD_TO_FLOOR.includes(name))
      .map(({ name, ratio }) => atMost(`admit, ${name}: time against its floor`, MAX_RATIO_TO_FLOOR, ratio)),
    ...(growth === undefined
      ? []
      : [atMost(`admit, ${growth.namespaces} namespaces against one`, MAX_GROWTH_BY_NAMESPACES, growth.ratio)]),
    ...shadows.map(({ name, ratio }) => atMost(`admit, ${name} against none`, MAX_WITH_SHADOWS, ratio)),
    ...replay.flatMap((figure) => replayBudgets(figure)),
    ...audit.map(auditBudget),
    ...(https === undefined ? [] : [rateBudget(https)]),
    ...(readers === undefined
      ? []
      : [atMost('99 of 100 answered, stdout unread against read', MAX_STALLED_P99, readers.p99Ratio)]),
    ...(bundle === undefined ? [] : bundleBudgets(bundle)),
    ...(peer === undefined ? [] : peerBudgets(peer)),
  ];
}

const aSecond = (microseconds: number): string => whole(1e6 / microseconds);

const replayBudgets = (figure: ReplayFigure): Budget[] => [
  atMost(`replay, ${figure.name}: time against JSON.parse`, MAX_REPLAY_TO_PARSE, figure.ratio),
  {
    what: `replay, ${figure.name}: decisions a second of processor time`,
    budget: `at least ${MIN_REPLAYED_A_SECOND}`,
    measured: aSecond(figure.decidingCpuMicroseconds),
    met: 1e6 / figure.decidingCpuMicroseconds >= MIN_REPLAYED_A_SECOND,
  },
];

// the second is decided by bytes before anything is parsed
const MIN_AUDITED_A_SECOND = [200_000, 500_000] as const;

function auditBudget({ name, recordsPerCpuSecond }: AuditFigure, index: number): Budget {
  const least = MIN_AUDITED_A_SECOND[index] ?? 0;
  return {
    what: `audit ${name}: records a second of processor time`,
    budget: `at least ${least}`,
    measured: whole(recordsPerCpuSecond),
    met: recordsPerCpuSecond >= least,
  };
}

const auditTable = (figures: readonly AuditFigure[]): string =>
  table(
    ['audit of a log', 'line, B', 'records/s of CPU', 'records/s', 'jq, records/s', 'ratio'],
    figures.map(({ name, lineBytes, recordsPerCpuSecond, recordsPerSecond, jqPerSecond, ratio }) => [
      name,
      String(lineBytes),
      whole(recordsPerCpuSecond),
      whole(recordsPerSecond),
      whole(jqPerSecond),
      ratio.toFixed(1),
    ]),
  );

const replayTable = (figures: readonly ReplayFigure[]): string =>
  table(
    ['replay of a log', 'line, B', 'us a record', 'JSON.parse, us', 'ratio', 'records/s of CPU', 'decisions alone'],
    figures.map((figure) => [
      figure.name,
      String(figure.lineBytes),
      figure.subject.toFixed(1),
      figure.anchor.toFixed(1),
      figure.ratio.toFixed(2),
      aSecond(figure.cpuMicroseconds),
      aSecond(figure.decidingCpuMicroseconds),
    ]),
  );

const rateBudget = ({ ratio }: HttpsFigures): Budget => ({
  what: 'HTTPS: rate against a bare Fastify echo',
  budget: `at least ${MIN_SHARE_OF_ECHO}`,
  measured: ratio.toFixed(2),
  met: ratio >= MIN_SHARE_OF_ECHO,
});

const bundleBudgets = ({ residentBytes, readyMs, namespaces }: BundleFigures): Budget[] => [
  {
    what: `bundle: resident memory under load, ${namespaces} namespaces`,
    budget: `at most ${MAX_RESIDENT_MB} MB`,
    measured: `${whole(megabytes(residentBytes))} MB`,
    met: megabytes(residentBytes) <= MAX_RESIDENT_MB,
  },
  {
    what: `bundle: start to ready, ${namespaces} namespaces`,
    budget: `at most ${MAX_READY_MS} ms`,
    measured: `${whole(readyMs)} ms`,
    met: readyMs <= MAX_READY_MS,
  },
];

const atMost = (what: string, most: number, ratio: number): Budget => ({
  what,
  budget: `at most ${most}`,
  measured: ratio.toFixed(2),
  met: ratio <= most,
});

const admitTable = (figures: readonly AdmitFigure[]): string =>
  table(
    ['admit', 'verdict', 'review, B', 'patch, B', 'us a call', 'floor, us', 'ratio'],
    figures.map(({ name, verdict, reviewBytes, patchBytes, subject, anchor, ratio }) => [
      name,
      verdict,
      String(reviewBytes),
      String(patchBytes),
      whole(subject),
      whole(anchor),
      ratio.toFixed(2),
    ]),
  );

const shadowTable = (figures: readonly ShadowFigure[]): string =>
  table(
    ['admit, ordinary pod', 'us a call', 'without, us', 'ratio'],
    figures.map(({ name, subject, anchor, ratio }) => [name, whole(subject), whole(anchor), ratio.toFixed(2)]),
  );

const httpsTable = ({ pillion, echo, ratio, requestBytes, answerBytes }: HttpsFigures): string =>
  table(
    [`HTTPS, ${requestBytes} B in, ${answerBytes} B out`, 'requests/s', 'CPU us a request', 'resident MB'],
    [
      [
        'Pillion',
        whole(pillion.requestsPerSecond),
        whole(pillion.cpuMicroseconds),
        whole(megabytes(pillion.residentBytes)),
      ],
      [
        'bare Fastify echo',
        whole(echo.requestsPerSecond),
        whole(echo.cpuMicroseconds),
        whole(megabytes(echo.residentBytes)),
      ],
      ['Pillion / echo', ratio.toFixed(2), (pillion.cpuMicroseconds / echo.cpuMicroseconds).toFixed(2), ''],
    ],
  );

const bundleTable = (figures: BundleFigures): string =>
  table(
    ['the bundle, as the image runs it', ''],
    [
      ['size', `${(figures.bytes / 1e6).toFixed(2)} MB`],
      ['size, gzip', `${(figures.gzipBytes / 1e6).toFixed(2)} MB`],
      ['start to ready', `${whole(figures.readyMs)} ms`],
      ['resident when ready', `${whole(megabytes(figures.idleBytes))} MB`],
      ['resident under load, at most', `${whole(megabytes(figures.residentBytes))} MB`],
      ['requests/s', whole(figures.requestsPerSecond)],
      ['CPU us a request', whole(figures.cpuMicroseconds)],
      ['99 of 100 answered within', `${figures.p99Ms.toFixed(1)} ms`],
      ['without --optimize-for-size: within', `${figures.unsaving.p99Ms.toFixed(1)} ms`],
      ['without it: requests/s', whole(figures.unsaving.requestsPerSecond)],
      ['without it: resident under load, at most', `${whole(megabytes(figures.unsaving.residentBytes))} MB`],
    ],
  );

const startTable = ({ startedMs: { node, imported, ready } }: HttpsFigures): string =>
  table(
    ['start from source', 'ms since the process began'],
    [
      ['Node runs the first line', whole(node)],
      ['src/server/start.ts and telemetry are imported', whole(imported)],
      ['policy loaded, admission listener ready', whole(ready)],
    ],
  );

/** The tables of what was measured, and at their end what that says about the budgets. */
export function report(figures: Figures): string {
  const { admit, shadows, replay, audit, https, readers, bundle, peer, sidecar, telemetry, series } = figures;
  const budgets = budgetsOf(figures);
  const tables = [
    ...(admit === undefined ? [] : [admitTable(admit)]),
    ...(shadows === undefined ? [] : [shadowTable(shadows)]),
    ...(replay === undefined ? [] : [replayTable(replay)]),
    ...(audit === undefined ? [] : [auditTable(audit)]),
    ...(https === undefined ? [] : [httpsTable(https), startTable(https)]),
    ...(readers === undefined ? [] : [readersTable(readers)]),
    ...(bundle === undefined ? [] : [bundleTable(bundle)]),
    ...(peer === undefined ? [] : [handlerTable(peer.handlers), peerHttpsTable(peer.https)]),
    ...(sidecar === undefined ? [] : sidecarTables(sidecar)),
    ...(telemetry === undefined ? [] : [telemetryTable(telemetry)]),
    ...(series === undefined ? [] : [seriesTable(series)]),
    ...(budgets.length === 0 ? [] : [budgetTable(budgets)]),
  ];
  return `${tables.join('\n\n')}\n`;
}

const budgetTable = (budgets: readonly Budget[]): string =>
  table(
    ['budget', 'allowed', 'measured', ''],
    budgets.map(({ what, budget, measured, met }) => [what, budget, measured, met ? 'met' : 'NOT met']),
  );
