import { type IncomingMessage, request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { ApiCall, CallApi } from './api-call.ts';
import { boundedText } from './bounded-text.ts';

/** Who asks, and whom one trusts. */
export interface Credentials {
  /** Sent as a bearer token. */
  readonly token?: string;
  /** PEM; the system’s own authorities without it. */
  readonly ca?: string;
}

/** Calls an address. Redirects are not followed: a token is for the one who was named. A name and a password of the URL are sent as they are by curl. */
export const byAddress =
  (url: URL, credentials: Credentials): CallApi =>
  async (call) => {
    const response = await sent(url, credentials, call);
    return { status: response.statusCode ?? 0, text: await boundedText(response) };
  };

function sent(url: URL, { token, ca }: Credentials, call: ApiCall): Promise<IncomingMessage> {
  const { method, path, parameters, signal } = call;
  const target = new URL(url);
  target.pathname = url.pathname.replace(/\/+$/, '') + path;
  const body = method === 'POST' ? parameters.toString() : undefined;
  if (body === undefined) target.search = parameters.toString();
  const options: RequestOptions = {
    ...{ method, signal },
    headers: {
      accept: 'application/json',
      'user-agent': 'pillion',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
    },
    ...(ca === undefined ? {} : { ca }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, options, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
