import type { AdmitFigure, NamespaceGrowth } from './admit.ts';
import type { BundleFigures } from './bundle.ts';
import type { HttpsFigures } from './https.ts';
import { handlerTable, type PeerFigures, peerBudgets, peerHttpsTable } from './peer/report.ts';
import { LARGE, ORDINARY } from './reviews.ts';
import { type SidecarFigures, sidecarTables } from './sidecar/report.ts';
import { type Budget, megabytes, table, whole } from './tables.ts';
import { type TelemetryFigures, telemetryTable } from './telemetry/report.ts';

export interface Figures {
  readonly admit?: readonly AdmitFigure[];
  readonly growth?: NamespaceGrowth;
  readonly https?: HttpsFigures;
  readonly bundle?: BundleFigures;
  readonly peer?: PeerFigures;
  readonly sidecar?: SidecarFigures;
  readonly telemetry?: TelemetryFigures;
}

const MIN_SHARE_OF_ECHO = 0.5;
const MAX_RESIDENT_MB = 150;
const MAX_READY_MS = 1000;
// the two sides do the same, so this is what noise may add
const MAX_GROWTH_BY_NAMESPACES = 1.1;
// how close to the least that any webhook has to do; `--peer istio` compares with Istio’s handler
const MAX_RATIO_TO_FLOOR = 2;
const HELD_TO_FLOOR: readonly string[] = [ORDINARY.name, LARGE.name];

/** The budgets that these figures say something about. */
export function budgetsOf({ admit = [], growth, https, bundle, peer }: Figures): Budget[] {
  return [
    ...admit
      .filter(({ name }) => HELD_TO_FLOOR.includes(name))
      .map(({ name, ratio }) => atMost(`admit, ${name}: time against its floor`, MAX_RATIO_TO_FLOOR, ratio)),
    ...(growth === undefined
      ? []
      : [atMost(`admit, ${growth.namespaces} namespaces against one`, MAX_GROWTH_BY_NAMESPACES, growth.ratio)]),
    ...(https === undefined ? [] : [rateBudget(https)]),
    ...(bundle === undefined ? [] : bundleBudgets(bundle)),
    ...(peer === undefined ? [] : peerBudgets(peer)),
  ];
}

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
  const { admit, https, bundle, peer, sidecar, telemetry } = figures;
  const budgets = budgetsOf(figures);
  const tables = [
    ...(admit === undefined ? [] : [admitTable(admit)]),
    ...(https === undefined ? [] : [httpsTable(https), startTable(https)]),
    ...(bundle === undefined ? [] : [bundleTable(bundle)]),
    ...(peer === undefined ? [] : [handlerTable(peer.handlers), peerHttpsTable(peer.https)]),
    ...(sidecar === undefined ? [] : sidecarTables(sidecar)),
    ...(telemetry === undefined ? [] : [telemetryTable(telemetry)]),
    ...(budgets.length === 0 ? [] : [budgetTable(budgets)]),
  ];
  return `${tables.join('\n\n')}\n`;
}

const budgetTable = (budgets: readonly Budget[]): string =>
  table(
    ['budget', 'allowed', 'measured', ''],
    budgets.map(({ what, budget, measured, met }) => [what, budget, measured, met ? 'met' : 'NOT met']),
  );
