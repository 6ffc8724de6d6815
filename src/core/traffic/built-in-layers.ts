import type { TrafficDefaults } from '../api/traffic/defaults.ts';
import type { Layer } from './overlay.ts';

/** What a feature consists of when somebody switches it on and says no more of it; a company’s defaults may leave it at that. */
const FIELDS: NonNullable<TrafficDefaults['defaults']> = {
  service: { protocol: 'http', version: 'v1', tier: 'standard', minReplicas: 1 },
  retries: {
    attempts: 1,
    perTryTimeout: 'none',
    retryOn: ['connect-failure', 'refused-stream', 'reset-before-request'],
    methods: 'idempotent',
    backoff: '25ms',
  },
  retryBudget: { percent: 20, minRetryConcurrency: 3 },
  circuitBreaker: {
    maxConnections: 'none',
    maxPendingRequests: 'none',
    maxRequests: 'none',
    maxRetries: 'none',
    connectTimeout: 'none',
    maxRequestsPerConnection: 'none',
    idleTimeout: 'none',
  },
  outlierDetection: {
    consecutive5xx: 5,
    consecutiveGatewayErrors: 'none',
    consecutiveLocalOriginFailures: 'none',
    splitExternalLocalOriginErrors: false,
    interval: '10s',
    baseEjectionTime: '30s',
    maxEjectionPercent: 50,
    minHealthPercent: 0,
  },
  loadBalancing: { algorithm: 'least-request', locality: 'none', warmup: 'none' },
  cors: { origins: [], methods: [], headers: [], exposeHeaders: [], credentials: false },
  tls: { mode: 'permissive' },
  telemetry: { accessLog: 'none', accessLogSampling: 0, tracing: { sampling: 0 } },
  // what `helm create` calls them, and so most charts
  sidecar: { inject: true, podAnnotationsAt: 'podAnnotations', podLabelsAt: 'podLabels' },
};

/** What holds when nobody says anything: every feature is off. */
const OFF = {
  dependsOn: [],
  expose: [],
  timeout: 'none',
  retries: 'none',
  retryBudget: 'none',
  circuitBreaker: 'none',
  outlierDetection: 'none',
  cors: 'none',
  telemetry: { tracing: 'none' },
  routes: [],
  canary: 'none',
  mirror: 'none',
  fault: 'none',
} as const;

/** What stands below the defaults of the company, so that effective values are complete whatever they leave out. */
export const BUILT_IN_LAYERS: readonly Layer[] = [
  { origin: 'built in', values: FIELDS },
  { origin: 'built in', values: OFF },
];
