import type { EffectiveValues } from '../../../src/core/traffic/effective-values.ts';

/** Something that the values can say and istiod cannot carry, and what it does in its place. */
interface NotCarried {
  readonly path: string;
  readonly applies: (values: EffectiveValues) => boolean;
  readonly because: string;
}

const isTcp = ({ service }: EffectiveValues): boolean => service.protocol === 'tcp';

/** All of it: every other field is compared as it stands in the values. */
export const NOT_CARRIED: readonly NotCarried[] = [
  {
    path: '/telemetry/accessLogSampling',
    applies: ({ telemetry: { accessLog, accessLogSampling: sampled } }) =>
      accessLog === 'errors' && sampled > 0 && sampled < 100,
    because: 'a Telemetry chooses by an expression and not by chance',
  },
  {
    path: '/loadBalancing/warmup',
    applies: ({ loadBalancing: { algorithm, warmup } }) =>
      warmup !== 'none' && (algorithm === 'random' || algorithm === 'consistent-hash'),
    because: 'Envoy knows a slow start of round-robin and least-request alone',
  },
  {
    path: '/loadBalancing/locality',
    applies: ({ loadBalancing, outlierDetection }) =>
      loadBalancing.locality === 'failover' && outlierDetection === 'none',
    because: 'istiod puts zones in an order only where pods are left out (MESH014)',
  },
  {
    path: '/retryBudget/minRetryConcurrency',
    applies: ({ retryBudget }) => retryBudget !== 'none' && retryBudget.minRetryConcurrency === 0,
    because: 'istiod takes 0 for what is not said, which is 3; the chart says 1',
  },
  {
    path: '/circuitBreaker/maxRetries',
    applies: ({ circuitBreaker }) => circuitBreaker !== 'none' && circuitBreaker.maxRetries === 0,
    because: 'istiod takes 0 for what is not said; the routes retry nothing, or the budget counts',
  },
  {
    path: '/circuitBreaker/connectTimeout, /circuitBreaker/idleTimeout',
    applies: ({ circuitBreaker }) =>
      circuitBreaker === 'none' || [circuitBreaker.connectTimeout, circuitBreaker.idleTimeout].includes('none'),
    because:
      'no duration is for ever: 130 s and 1 h stand for none, and without any limit the mesh’s own 10 s to connect',
  },
  {
    path: '/timeout, /retries, /retryBudget, /cors, /telemetry/tracing and limits on requests',
    applies: isTcp,
    because: 'connections have no requests',
  },
];
