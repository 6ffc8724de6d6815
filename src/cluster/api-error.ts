/** The API server answered, and not with what was asked for. */
export class ApiError extends Error {
  /** HTTP status, or the code of a Status object in a watch. */
  readonly status: number;
  /** `Expired`, `Forbidden`, `NotFound` ... */
  readonly reason: string;
  /** What it said, without our advice. */
  readonly said: string;

  constructor(status: number, reason: string, message: string) {
    super(`${message || reason || `HTTP ${status}`}${hintFor(status, message)}`);
    this.name = 'ApiError';
    this.said = message;
    this.status = status;
    this.reason = reason;
  }

  /** From the text of a Status object, or of whatever a proxy put in its place. */
  static fromBody(status: number, body: string): ApiError {
    try {
      const { reason, message } = JSON.parse(body) as { reason?: unknown; message?: unknown };
      return new ApiError(status, String(reason ?? ''), String(message ?? ''));
    } catch {
      return new ApiError(status, '', `HTTP ${status}: ${body.slice(0, 200)}`);
    }
  }
}

/** Whether the API server said that what was to be written has changed meanwhile. */
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

/** Whether the API server said that there is no such thing. */
export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

// a policy or an admission plugin refuses with the same status, and no right would help
const BY_ADMISSION = /denied (?:the )?request|exceeded quota|violates PodSecurity/;

function hintFor(status: number, message: string): string {
  if (status === 401) return '; the credentials are not valid (any more), renew them';
  if (status === 403 && !BY_ADMISSION.test(message))
    return '; grant it to the service account, the chart renders the rules needed';
  return '';
}

/** The API server could not be reached at all. */
export class ClusterUnreachable extends Error {
  constructor(server: string, cause: unknown) {
    const said =
      cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause);
    super(`cannot reach the API server at ${server}: ${said}; check --kubeconfig, --context and the network`, {
      cause,
    });
    this.name = 'ClusterUnreachable';
  }
}
