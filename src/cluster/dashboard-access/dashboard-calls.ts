import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { Duplex } from 'node:stream';
import type { FollowedPod } from './followed-pod.ts';

/** A request of the dashboard. */
export interface DashboardRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly signal: AbortSignal;
}

// a page asks for some things at once; connections beyond those would each cost one of the API server
const MOST_FREE = 8;

/** HTTP to the dashboard of whichever pod answers. Connections are kept and used again. */
export class DashboardCalls {
  readonly #agent: Agent;

  constructor(pod: Pick<FollowedPod, 'connect'>) {
    this.#agent = new TunnelAgent(pod);
  }

  /** Begins a request, as `https.request` does; its errors are those of `FollowedPod.connect`, or of the connection. */
  begin({ method, path, headers, signal }: DashboardRequest): ClientRequest {
    return request({ agent: this.#agent, method, path, headers, signal });
  }

  /** Ends the connections that are kept, so that the next request has a new one. */
  dropKept(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  /** Ends every connection. */
  close(): void {
    this.#agent.destroy();
  }
}

class TunnelAgent extends Agent {
  readonly #pod: Pick<FollowedPod, 'connect'>;

  constructor(pod: Pick<FollowedPod, 'connect'>) {
    super({ keepAlive: true, maxFreeSockets: MOST_FREE });
    this.#pod = pod;
  }

  override createConnection(_: unknown, connected?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#pod.connect().then(
      (socket) => connected?.(null, socket),
      (error: Error) => connected?.(error, undefined as unknown as Duplex),
    );
  }
}
