import { type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent, type RequestOptions, request as requestHttps } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApiError, ClusterUnreachable } from './api-error.ts';
import type { ServerClock } from './server-clock.ts';

/** One call of the API server. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path with its query. */
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Calls an API server with somebody's credentials. */
export interface KubeTransport {
  /** Where it calls, for messages. */
  readonly server: string;
  /**
   * Resolves with the response of a 2xx answer, its body unread.
   * @throws ApiError for any other answer, ClusterUnreachable when there is none
   */
  open(request: KubeRequest): Promise<IncomingMessage>;
  close(): void;
}

// as in client-go: finds a peer that has vanished within a minute
const KEEP_ALIVE_PROBE_MS = 30_000;

/** Credentials, certificates and proxies come from client-node; the request itself is Node's, because it streams. */
export class HttpTransport implements KubeTransport {
  readonly server: string;
  readonly #config: KubeConfig;
  readonly #clock: ServerClock | undefined;
  // pools by certificate authority and client certificate, so renewed files are used by the next call
  readonly #agent = new Agent({ keepAlive: true, keepAliveMsecs: KEEP_ALIVE_PROBE_MS });

  /** `clock` is told the time of every answer. */
  constructor(config: KubeConfig, clock?: ServerClock) {
    this.#config = config;
    this.#clock = clock;
    this.server = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  }

  async open(request: KubeRequest): Promise<IncomingMessage> {
    const response = await this.#send(request);
    const { statusCode = 0 } = response;
    this.#clock?.told(response.headers.date);
    if (statusCode >= 200 && statusCode < 300) return response;
    throw ApiError.fromBody(statusCode, await textOf(response));
  }

  close(): void {
    this.#agent.destroy();
  }

  /**
   * Who calls, and what is trusted, as options of a request of one's own, with an agent for one connection. Token and certificate files are read
   * anew, a credential plugin is asked again when its token has ended, so renewing them needs nothing else.
   * @throws ClusterUnreachable when there are none
   */
  async credentials(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options).catch((cause: Error) => {
      // such as a credential plugin that is not installed, or that fails for a while: to be retried like a lost network
      const message = `no credentials: ${cause.message}; look at the user in the kubeconfig`;
      throw new ClusterUnreachable(this.server, new Error(message, { cause }));
    });
    return options;
  }

  /** As whom the kubeconfig has its user act; undefined when as itself. */
  get actsAs(): string | undefined {
    return this.#config.getCurrentUser()?.impersonateUser ?? undefined;
  }

  async #send(request: KubeRequest): Promise<IncomingMessage> {
    const { method, path, accept = 'application/json', contentType, body, signal } = request;
    const options: RequestOptions = { ...(await this.credentials()), method, signal };
    const proxied = Boolean(this.#config.getCurrentCluster()?.proxyUrl);
    if (!proxied) options.agent = this.#agent;
    const headers = { ...options.headers, accept, 'user-agent': 'pillion' } as Record<string, string>;
    if (body !== undefined) {
      headers['content-length'] = String(Buffer.byteLength(body));
      headers['content-type'] = contentType ?? 'application/json';
    }
    const url = new URL(this.server + path);
    const secure = url.protocol === 'https:';
    // the pool is for TLS; a proxy is used for either, never passed by
    if (!secure && !proxied) delete options.agent;
    return new Promise((resolve, reject) => {
      const call = (secure ? requestHttps : requestHttp)(url, { ...options, headers }, resolve);
      call.on('error', (cause) => reject(signal.aborted ? signal.reason : new ClusterUnreachable(this.server, cause)));
      call.end(body);
    });
  }
}

/** The whole body as text. */
export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
