import type { ClientRequest, IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { CallerToken } from '../../cluster/dashboard-access/caller-token.ts';
import type { DashboardCalls } from '../../cluster/dashboard-access/dashboard-calls.ts';
import { NoDashboard } from '../../cluster/dashboard-access/no-dashboard.ts';
import { type Forward, tell } from './local-dashboard.ts';
import { headersBack, headersOnward } from './passed-headers.ts';

export interface ForwardOptions {
  readonly calls: DashboardCalls;
  readonly token: CallerToken;
  /** The name of the dashboard in its requests. */
  readonly host: string;
  /** Told what keeps it from being read, each time it is something else. */
  readonly onTrouble: (sentence: string) => void;
}

const UNAUTHORIZED = 401;

/** Sends what was let in on to the dashboard, with the token of the caller, and its answer back as it comes. */
export function forwarding({ calls, token, host, onTrouble }: ForwardOptions): Forward {
  let told = '';
  const trouble = (sentence: string) => {
    if (sentence !== '' && sentence !== told) onTrouble(sentence);
    told = sentence;
  };
  return async (request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const begin = async (): Promise<IncomingMessage> => {
      const headers = headersOnward(request.headers, host, await token(), !isRepeatable(method));
      const call = calls.begin({ method, path, headers, signal: gone.signal });
      const answer = answerTo(call);
      if (isRepeatable(method)) call.end();
      else request.pipe(call);
      return await answer;
    };
    try {
      const answer = await begin().catch((error: unknown) => {
        // it was sent to a pod that went away meanwhile, to which the other connections lead as well
        if (!isRepeatable(method) || gone.signal.aborted || error instanceof NoDashboard) throw error;
        calls.dropKept();
        return begin();
      });
      const { statusCode: status = 502 } = answer;
      trouble(status === UNAUTHORIZED ? NOT_ACCEPTED : '');
      response.writeHead(status, headersBack(answer.headers));
      // events are sent when they come, the first of them may be far
      response.flushHeaders();
      await pipeline(answer, response);
    } catch (error) {
      if (gone.signal.aborted) return;
      // whoever reads a stream asks again
      if (response.headersSent) return void response.destroy();
      request.resume();
      const said = (error as Error).message;
      trouble(said);
      const message = `The dashboard cannot be reached: ${said}`;
      tell(response, 502, { message, next: NEXT }, path.startsWith('/api/'));
    }
  };
}

const NOT_ACCEPTED =
  'the dashboard does not accept your token (any more): log in to the cluster again, or give another by --token-file or --as-service-account';
const NEXT = 'It is tried again with the next request. The terminal of `pillion dashboard` tells the same.';

// one without a body can be sent once more
const isRepeatable = (method: string): boolean => method === 'GET' || method === 'HEAD';

const answerTo = (call: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    call.once('response', resolve);
    call.on('error', reject);
  });
