import { count, durationMs } from './amounts.ts';
import type { GateKind } from './gate-kind.ts';
import { judgedFigure, type Limit, type Measured, nothingYet } from './gate-part.ts';
import type { GateScope, OpenSidecar } from './gate-scope.ts';
import { noSidecars } from './sidecar-coverage.ts';

/** `restarts`: how often sidecars of open stages ended and were started again. */
export const RESTARTS: GateKind<'restarts'> = {
  judge({ most, window }, { scope }) {
    const limit: Limit = {
      what: `restarts of sidecars over ${window}`,
      at: 'most',
      bound: most,
      written: count,
      next: `look at why they end, such as ${logsOf(scope.openSidecars)}`,
    };
    if (scope.openStages.length === 0) return [nothingYet(limit)];
    return [
      judgedFigure(limit, scope.openSidecars.length === 0 ? noSidecars(scope) : measuredRestarts(scope, most, window)),
    ];
  },
};

/**
 * Kubernetes tells how often a container was restarted since its pod was created, and when the last time was. So of a pod that is older than
 * the window the last restart alone is certain to be within it, and the earlier ones may be.
 */
function measuredRestarts({ openSidecars, nowMs }: GateScope, most: number, window: string): Measured {
  const from = 'the API server';
  const sinceMs = nowMs - durationMs(window);
  const within = openSidecars.filter(
    ({ restarts, lastRestartMs }) => restarts > 0 && (lastRestartMs === undefined || lastRestartMs >= sinceMs),
  );
  const largest = sum(within.map(({ restarts }) => restarts));
  const least = sum(within.map((one) => certainRestarts(one, sinceMs)));
  if (largest <= most) return { value: largest, from };
  if (least > most) return { value: least, from };
  return {
    missing: `Kubernetes counts ${largest} restarts of these pods, and does not tell how many of them were in that time`,
    next: `when nothing restarts for ${window}, the gate passes; to count anew, replace ${namesOf(within)}`,
  };
}

function certainRestarts({ restarts, lastRestartMs, podCreatedMs }: OpenSidecar, sinceMs: number): number {
  if (podCreatedMs >= sinceMs) return restarts;
  return lastRestartMs === undefined ? 0 : 1;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const SHOWN = 3;
const namesOf = (sidecars: readonly OpenSidecar[]): string => {
  const names = sidecars.slice(0, SHOWN).map(({ namespace, pod }) => `${namespace}/${pod}`);
  const more = sidecars.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
};

function logsOf(sidecars: readonly OpenSidecar[]): string {
  const [worst] = [...sidecars].sort((one, other) => other.restarts - one.restarts);
  return `kubectl -n ${worst?.namespace ?? 'NAMESPACE'} logs ${worst?.pod ?? 'POD'} -c istio-proxy --previous`;
}
