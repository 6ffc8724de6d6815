import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { ControlPlane } from '../controlplane/control-plane.ts';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** The texts of the Warning headers. */
  readonly warnings: readonly string[];
}

/** Calls an API server over connections that stay open, as a controller does. */
export interface ApiClient {
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH', path: string, body?: object): Promise<Answer>;
  close(): void;
}

/** @param maxSockets how many calls may be under way at a time; more of them wait */
export function apiClient({ url, ca, tokens }: ControlPlane, maxSockets = 16): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets, ca });
  const headers = { authorization: `Bearer ${tokens.admin}` };
  return {
    call: (method, path, body) =>
      new Promise((resolve, reject) => {
        const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
        const options = { method, agent, headers: { ...headers, 'content-type': contentType } };
        const outgoing = request(new URL(path, url), options, (response) => {
          text(response).then((answer) => {
            const warnings = [response.headers.warning ?? []].flat();
            // an API group that is not served yet is answered in plain text
            const isJson = response.headers['content-type']?.includes('json') === true;
            const parsed = isJson ? JSON.parse(answer) : { message: answer };
            resolve({ status: response.statusCode ?? 0, body: parsed, warnings });
          }, reject);
        });
        outgoing.on('error', reject);
        const sent = body === undefined ? '' : JSON.stringify(body);
        // without it Node sends the body of a DELETE as if it were the next request
        outgoing.setHeader('content-length', Buffer.byteLength(sent));
        outgoing.end(sent);
      }),
    close: () => agent.destroy(),
  };
}
