import { count, countOf, durationMs, milliseconds, percent, shareOf } from './amounts.ts';
import { type Answers, figureOf, mapped, seriesOf } from './answers.ts';
import type { BoundsOf, Evidence, GateKind } from './gate-kind.ts';
import { judgedFigure, type Limit, type Measured, type Missing } from './gate-part.ts';
import type { IstiodReplica } from './gate-scope.ts';
import { grown, PER_PROXY, slowed } from './istiod-growth.ts';
import { ISTIOD_QUERIES } from './istiod-queries.ts';
import { byPod, podKey } from './sidecar-coverage.ts';

type Bounds = BoundsOf<'controlPlane'>;

const SCRAPE_ISTIOD = 'have Prometheus scrape istiod (its pods ask for it by annotations, at port 15014)';
const NEXT = 'give istiod more replicas or larger requests first; pillion capacity tells how many';

/** `controlPlane`: whether istiod carries the proxies of the stage. */
export const CONTROL_PLANE: GateKind<'controlPlane'> = {
  queries: (bounds, _scope, istiod) => {
    const ready = readyOf(istiod);
    if ('missing' in ready) return [];
    const asked = [ISTIOD_QUERIES.scraped(ready), ISTIOD_QUERIES.proxies(ready)];
    if (bounds.cpu !== undefined) asked.push(ISTIOD_QUERIES.cpu(ready));
    if (bounds.memory !== undefined) asked.push(ISTIOD_QUERIES.memory(ready));
    if (bounds.pushConvergence !== undefined) asked.push(ISTIOD_QUERIES.convergence(ready));
    return asked;
  },
  judge: (bounds, evidence) => limitsOf(bounds).map(([part, limit]) => judgedFigure(limit, measured(part, evidence))),
};

type Part = keyof Bounds;

function limitsOf({ cpu, memory, proxiesPerReplica, pushConvergence }: Bounds): readonly (readonly [Part, Limit])[] {
  const share = (part: Part, what: string, bound: string | undefined): (readonly [Part, Limit])[] =>
    bound === undefined ? [] : [[part, { what, at: 'most', bound: shareOf(bound), written: percent, next: NEXT }]];
  const most = (part: Part, what: string, bound: number, written: Limit['written']): readonly [Part, Limit] => [
    part,
    { what, at: 'most', bound, written, next: NEXT },
  ];
  return [
    ...share('cpu', 'requested CPU that istiod uses after the stage', cpu),
    ...share('memory', 'requested memory that istiod uses after the stage', memory),
    ...(proxiesPerReplica === undefined
      ? []
      : [most('proxiesPerReplica', 'proxies at a replica of istiod after the stage', proxiesPerReplica, count)]),
    ...(pushConvergence === undefined
      ? []
      : [
          most(
            'pushConvergence',
            'the 99th percentile of the time until proxies have a change, after the stage',
            durationMs(pushConvergence),
            milliseconds,
          ),
        ]),
  ];
}

function measured(part: Part, { scope, answers, istiod }: Evidence): Measured {
  const ready = readyOf(istiod);
  if ('missing' in ready) return ready;
  const added = scope.joining.ofControlPlane;
  const proxies = figureOf(ISTIOD_QUERIES.proxies(ready), answers, {
    missing: 'Prometheus does not know how many proxies are connected to istiod',
    next: SCRAPE_ISTIOD,
  });
  return mapped(ofAll(proxies, ready, answers), (now) => {
    switch (part) {
      case 'proxiesPerReplica':
        return {
          ...now,
          value: (now.value + added) / ready.length,
          model: `${count(now.value)} now and ${count(added)} of the stage, at ${ready.length} ready`,
        };
      case 'pushConvergence':
        return mapped(asked('convergence', ready, answers), (figure) => slowed(figure, now.value, added));
      default:
        return share(
          part,
          ready,
          mapped(asked(part, ready, answers), (used) => grown(used, now.value, added, PER_PROXY[part])),
        );
    }
  });
}

/** A sum over replicas counts where each of them is read: without one it is too small. */
function ofAll(sum: Measured, ready: readonly IstiodReplica[], answers: Answers): Measured {
  return mapped(sum, (known) => {
    const query = ISTIOD_QUERIES.scraped(ready);
    const series = seriesOf(query, answers, { missing: 'Prometheus reads no replica of istiod', next: SCRAPE_ISTIOD });
    if ('missing' in series) return series;
    const read = byPod(series);
    const seen = ready.filter((replica) => read.has(podKey(replica))).length;
    if (seen === ready.length) return known;
    const missing = `Prometheus reads ${seen} of the ${countOf(ready.length, 'replica')} of istiod that are ready`;
    return { missing, next: SCRAPE_ISTIOD, query };
  });
}

const WHAT = {
  cpu: 'the CPU that istiod uses',
  memory: 'the memory that istiod uses',
  convergence: 'the pushes of istiod',
};

const asked = (what: keyof typeof WHAT, ready: readonly IstiodReplica[], answers: Answers): Measured =>
  figureOf(ISTIOD_QUERIES[what](ready), answers, {
    missing: `Prometheus does not know ${WHAT[what]}`,
    next: `${SCRAPE_ISTIOD}; of CPU and memory cAdvisor tells as well`,
  });

function share(part: 'cpu' | 'memory', ready: readonly IstiodReplica[], used: Measured): Measured {
  const requests = ready.map(({ cpuRequest, memoryRequest }) => (part === 'cpu' ? cpuRequest : memoryRequest));
  const known = requests.filter((request) => request !== undefined && request > 0);
  if (known.length < requests.length)
    return {
      missing: `istiod requests no ${part === 'cpu' ? 'CPU' : 'memory'}`,
      next: `set pilot.resources.requests.${part} of Istio’s chart`,
    };
  const requested = known.reduce((total: number, request = 0) => total + request, 0);
  return mapped(used, (figure) => ({ ...figure, value: figure.value / requested }));
}

/** The replicas that take proxies. */
function readyOf(istiod: readonly IstiodReplica[] | Missing): readonly IstiodReplica[] | Missing {
  if ('missing' in istiod) return istiod;
  const ready = istiod.filter(({ isReady }) => isReady);
  if (ready.length > 0) return ready;
  if (istiod.length > 0)
    return { missing: `no replica of istiod is ready, of ${istiod.length}`, next: 'kubectl get pods -A -l app=istiod' };
  return {
    missing: 'no istiod runs in this cluster',
    next: 'leave the gate controlPlane out where profiles are of kind Envoy, which have no control plane',
  };
}
