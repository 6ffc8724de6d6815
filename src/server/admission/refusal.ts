import type { RejectionCause } from '../../telemetry/metric-table.ts';

/** How a request without a decision is turned away: what is wrong and what to do. */
export interface Refusal {
  readonly cause: RejectionCause;
  readonly status: number;
  readonly error: string;
  readonly hint: string;
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
  readonly allow?: string;
}

const HOW_TO_CALL =
  'send an AdmissionReview of admission.k8s.io/v1 as JSON, as an API server does; `pillion admit -f FILE` checks one';

export const notJson = (error: string): Refusal => ({ cause: 'not_json', status: 400, error, hint: HOW_TO_CALL });

export const unanswerable = (problems: Refusal['problems'] & object): Refusal => ({
  cause: 'unanswerable',
  status: 400,
  error: 'the body is not an AdmissionReview that can be answered',
  hint: HOW_TO_CALL,
  problems,
});

export const tooLarge = (limitBytes: number): Refusal => ({
  cause: 'too_large',
  status: 413,
  error: `the body is larger than ${limitBytes} bytes`,
  hint: 'an API server sends nothing that large; look at what else calls this address',
});

export const tooSlow = (withinMs: number): Refusal => ({
  cause: 'too_slow',
  status: 408,
  error: `the body did not arrive within ${withinMs} ms`,
  hint: 'send the whole body at once; look at the network between the API server and this address',
});

export const tooManyBytesInFlight: Refusal = {
  cause: 'too_many_bytes_in_flight',
  status: 503,
  error: 'too many large bodies are being received at once',
  hint: 'try again; if it stays, look at what else calls this address, or run more replicas',
};

export const malformedRequest = (error: string): Refusal => ({
  cause: 'malformed_request',
  status: 400,
  error,
  hint: HOW_TO_CALL,
});

export const wrongPath = (path: string, paths: readonly string[]): Refusal => ({
  cause: 'wrong_path',
  status: 404,
  error: `there is nothing at ${path}`,
  hint: `POST an AdmissionReview to ${paths.join(', ')}; health and metrics are on the ops port`,
});

export const wrongMethod = (method: string, path: string): Refusal => ({
  cause: 'wrong_method',
  status: 405,
  error: `${method} is not possible at ${path}`,
  hint: `POST an AdmissionReview to ${path}`,
  allow: 'POST',
});

/** A fault of the program outside of any review, so without a uid to answer to. */
export const internalFault: Omit<Refusal, 'cause'> = {
  status: 500,
  error: 'Pillion failed on this request',
  hint: 'its log has the cause; please report it',
};

/** The JSON text of the answer. */
export function refusalBody({ error, problems, hint }: Omit<Refusal, 'cause'>): string {
  return `${JSON.stringify({ error, problems, hint })}\n`;
}
