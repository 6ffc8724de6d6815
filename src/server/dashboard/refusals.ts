import { ApiError, ClusterUnreachable } from '../../cluster/api-error.ts';
import { NotComputed, StillReading } from '../../cluster/dashboard/kept-reading.ts';
import { TooManyAtOnce } from '../../cluster/dashboard-readers/fair-turns.ts';
import type { Refusal } from '../../core/dashboard/document.ts';
import { Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';

/** Why a request is not answered, and with which status. */
export class Refused extends Error {
  readonly status: number;
  readonly next: string;

  constructor(status: number, message: string, next: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.next = next;
  }

  get body(): Refusal {
    return { message: this.message, next: this.next };
  }
}

const AGAIN = 'Try again in a moment.';
const DOCTOR = 'Try again in a moment; pillion doctor says what is wrong with the way to the API server.';

/** What an error of any kind means for whoever asked. */
export function refusedBy(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof TooManyAtOnce) return new Refused(503, 'Too many readers are asked about at once.', AGAIN);
  if (error instanceof StillReading) return new Refused(503, error.message, AGAIN);
  if (error instanceof NotComputed) return new Refused(507, error.message, error.next);
  if (error instanceof ClusterUnreachable) return new Refused(503, 'The API server cannot be reached.', DOCTOR);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new Refused(503, 'The API server does not answer in time.', DOCTOR);
  if (error instanceof ApiError)
    return new Refused(
      503,
      `The API server refused what Pillion asked it: ${error.said || error.message}`,
      error.status === 403 ? 'Give the ServiceAccount of Pillion the right; the roles of the chart have it.' : DOCTOR,
    );
  if (error instanceof Fault)
    return new Refused(
      500,
      `What stands there cannot be used: ${error.problems.map(problemLine).join('; ')}`,
      'Mend the places that are named.',
    );
  return (
    ofFramework(error) ??
    new Refused(500, 'Pillion failed to answer this.', 'Look into its log, and report what stands there.')
  );
}

const TOO_LARGE = 'Leave out documents that have nothing to do with the question; 3 MB are accepted.';

/** What the HTTP server itself finds wrong with a request. */
function ofFramework(error: unknown): Refused | undefined {
  const { code = '', statusCode = 500 } = error as { readonly code?: string; readonly statusCode?: number };
  if (statusCode === 413) return new Refused(413, 'This is too large.', TOO_LARGE);
  if (statusCode === 415)
    return new Refused(415, 'The question has to be JSON.', 'Send it with the header content-type: application/json.');
  if (statusCode >= 400 && statusCode < 500 && (code.startsWith('FST_') || error instanceof SyntaxError))
    return new Refused(400, 'The request is not readable.', 'See the description of the API: /api/v1/openapi.json.');
  return undefined;
}
