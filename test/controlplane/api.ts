import { request } from 'node:https';

const TIMEOUT_MS = 60_000;

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** One call to an API server; status 0 when it could not be reached. Never rejects. */
export function callApi(
  server: { url: string; ca: string; token: string },
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<ApiAnswer> {
  return new Promise((resolve) => {
    const { ca, token, url } = server;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const call = request(new URL(path, url), { method, ca, headers, timeout: TIMEOUT_MS, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', (error) => resolve({ status: 0, body: error.message }));
    });
    call.on('timeout', () => call.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    call.on('error', (error) => resolve({ status: 0, body: error.message }));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
