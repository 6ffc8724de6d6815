import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Refusal } from '../../core/dashboard/document.ts';
import { cookieName, judge, KEY, type LocalDoor } from './admission.ts';

/** Answers what was let in. */
export type Forward = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The dashboard at an address of this machine. */
export interface LocalDashboard {
  /** What opens it, once. */
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const SECRET_BYTES = 32;

// a browser sends the cookie only to pages that this host itself leads to, so it is not redirected but led on by a page
const LED_IN = '<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>Pillion</title>';

const OWN_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves on a port of this machine, for its own user alone: see `judge`.
 * @param port 0 takes a free one
 * @param forward answers what was let in; it does not reject
 * @throws Error with the code EADDRINUSE and others of the system
 */
export async function startLocalDashboard(port: number, forward: Forward): Promise<LocalDashboard> {
  const server = createServer();
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  const host = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const key = secret();
  const door: { -readonly [K in keyof LocalDoor]: LocalDoor[K] } = { host, key, session: secret() };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: target = '', headers } = request;
    const judgement = judge({ method, target, headers }, door);
    if (judgement.kind === 'pass') return void forward(request, response);
    request.resume();
    if (judgement.kind === 'refuse') return tell(response, judgement.status, judgement, target.startsWith('/api/'));
    door.key = undefined;
    response
      .writeHead(200, {
        ...OWN_HEADERS,
        'content-type': 'text/html; charset=utf-8',
        'set-cookie': `${cookieName(host)}=${door.session}; Path=/; HttpOnly; SameSite=Strict`,
      })
      .end(LED_IN);
  });
  return { url: `http://${host}/?${KEY}=${key}`, close: () => closed(server) };
}

/** Tells what is wrong and what to do: a program as the API does, a person in plain words. */
export function tell(
  response: ServerResponse,
  status: number,
  { message, next }: Refusal,
  isForProgram: boolean,
): void {
  const body = isForProgram ? JSON.stringify({ message, next }) : `${message}\n${next}\n`;
  const type = isForProgram ? 'application/json' : 'text/plain; charset=utf-8';
  response.writeHead(status, { ...OWN_HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const secret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, 'close');
}
