/** What a proxy does, in the words of the traffic values: durations in milliseconds, shares of a hundred, and none for what is off. */
export type None = 'none';

/** How connections to pods are made and how one of them is chosen. */
export interface Cluster {
  readonly connectTimeoutMs: number;
  readonly limits: {
    readonly maxConnections: number | None;
    readonly maxPendingRequests: number | None;
    readonly maxRequests: number | None;
    readonly maxRetries: number | None;
    readonly maxRequestsPerConnection: number | None;
    readonly idleTimeoutMs: number | None;
  };
  readonly retryBudget: { readonly percent: number; readonly minRetryConcurrency: number } | None;
  readonly ejection: Ejection | None;
  readonly balancing: { readonly algorithm: string; readonly warmupMs: number | None };
  /** Whether pods are called over HTTP/2. */
  readonly http2: boolean;
  /** automatic: mutual TLS with the pods that have a certificate. */
  readonly tls: 'mutual' | 'automatic' | None;
  /** The pods in the order in which zones are taken. */
  readonly pods: readonly { readonly ip: string; readonly zone: string; readonly priority: number }[];
}

/** Which pods are left out; a number in a row that is not counted is none. */
export interface Ejection {
  readonly consecutive5xx: number | None;
  readonly consecutiveGatewayErrors: number | None;
  readonly consecutiveLocalOriginFailures: number | None;
  readonly split: boolean;
  readonly intervalMs: number;
  readonly baseEjectionTimeMs: number;
  readonly maxEjectionPercent: number;
  readonly panicThreshold: number;
  readonly bySuccessRate: boolean;
}

/** One condition on the value of something. */
export interface TextMatch {
  readonly is: 'exact' | 'prefix' | 'regex' | 'present';
  readonly value: string;
}

/** What becomes of the requests that fulfil a condition, unless an earlier route took them. */
export interface Route {
  readonly path: TextMatch;
  readonly headers: readonly (TextMatch & { readonly name: string })[];
  /** Any where it is empty. */
  readonly methods: readonly string[];
  readonly timeoutMs: number | None;
  /** The same for what a gRPC caller asks for. */
  readonly grpcTimeoutMs: number | None;
  readonly retries: RetryPolicy | None;
  readonly to: readonly Share[];
  readonly copies: readonly { readonly cluster: string; readonly percent: number }[];
  readonly delay: { readonly percent: number; readonly durationMs: number } | None;
  readonly abort: { readonly percent: number; readonly status: number } | None;
  readonly cors: Cors | None;
  /** By what requests that belong together are known. */
  readonly hash: readonly string[];
}

export interface RetryPolicy {
  readonly attempts: number;
  readonly perTryTimeoutMs: number | None;
  readonly words: readonly string[];
  readonly statuses: readonly number[];
  readonly backoffMs: number;
  readonly anotherPod: boolean;
}

export interface Share {
  readonly cluster: string;
  readonly weight: number;
}

export interface Cors {
  readonly origins: readonly { readonly is: 'exact' | 'regex'; readonly value: string }[];
  readonly methods: string;
  readonly headers: string;
  readonly exposeHeaders: string;
  readonly maxAgeSeconds: number | None;
  readonly credentials: boolean;
}
