import { LARGE, ORDINARY } from '../reviews.ts';
import { type Budget, megabytes, table, whole } from '../tables.ts';
import type { HandlerFigure } from './handlers.ts';
import type { PeerHttpsFigure, ServedFigure } from './https.ts';

export interface PeerFigures {
  readonly version: string;
  readonly handlers: readonly HandlerFigure[];
  readonly https: readonly PeerHttpsFigure[];
}

/**
 * How many times faster than Istio’s handler `admit` has to be. What it cannot save is to parse the review, and to write the patch and its
 * Base64: about 30 µs of the ordinary one where Istio takes 3.1 ms, and 0.4 ms of the large one where Istio takes 13.4 ms. The bounds
 * leave it about as much again for all else.
 */
const TIMES_FASTER: ReadonlyMap<string, number> = new Map([
  [ORDINARY.name, 50],
  [LARGE.name, 20],
]);

export const peerBudgets = ({ handlers }: PeerFigures): Budget[] =>
  handlers.flatMap(({ name, ratio }) => {
    const least = TIMES_FASTER.get(name);
    if (least === undefined) return [];
    const what = `admit, ${name}: times faster than Istio's handler`;
    return [{ what, budget: `at least ${least}`, measured: ratio.toFixed(1), met: ratio >= least }];
  });

export const handlerTable = (figures: readonly HandlerFigure[]): string =>
  table(
    [
      'handler, one core',
      'review, B',
      'Istio, CPU us',
      'allocations',
      'patch, B',
      'Pillion, CPU us',
      'patch, B',
      'times faster',
    ],
    figures.map((figure) => [
      figure.name,
      String(figure.reviewBytes),
      whole(figure.istio),
      whole(figure.istioAllocations),
      String(figure.istioPatchBytes),
      figure.pillion.toFixed(1),
      String(figure.pillionPatchBytes),
      figure.ratio.toFixed(1),
    ]),
  );

export const peerHttpsTable = (figures: readonly PeerHttpsFigure[]): string =>
  table(
    ['HTTPS, the server on one core', 'requests/s', 'CPU us a request', 'resident MB', 'times faster'],
    figures.flatMap(({ name, istio, pillion, ratio }) => [
      [`Istio, ${name}`, ...served(istio), ''],
      [`Pillion, ${name}`, ...served(pillion), ratio.toFixed(1)],
    ]),
  );

const served = (figure: ServedFigure): string[] => [
  whole(figure.requestsPerSecond),
  whole(figure.cpuMicroseconds),
  whole(megabytes(figure.residentBytes)),
];
