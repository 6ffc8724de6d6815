import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from '../../core/dashboard/document.ts';

/** What a request is judged by. */
export interface LocalRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** What the address in use is, and what opens it. */
export interface LocalDoor {
  /** HOST:PORT, the only one that is answered. */
  readonly host: string;
  /** Of the address that is handed out; undefined when it was used. */
  readonly key: string | undefined;
  /** What the cookie holds. */
  readonly session: string;
}

/** Pass: forward it. Enter: it brought the key, give it the cookie. Refuse: answer so. */
export type Judgement =
  | { readonly kind: 'pass' }
  | { readonly kind: 'enter' }
  | ({ readonly kind: 'refuse'; readonly status: number } & Refusal);

/** The query parameter of the address that is handed out. */
export const KEY = 'key';

/** The name of the cookie. Cookies are shared by all ports of a host, so each port has a name of its own. */
export const cookieName = (host: string): string => `pillion-${host.replace(/[^\d]+/g, '-')}`;

/**
 * Says whether a request of this machine may go on to the dashboard with the caller’s token. What is kept out: names of other hosts that lead here
 * (DNS rebinding), pages of other sites, and other users of the machine, who know neither key nor cookie.
 */
export function judge({ method, target, headers }: LocalRequest, door: LocalDoor): Judgement {
  if (headers.host !== door.host || !target.startsWith('/'))
    return refuse(421, 'This is not the address of the dashboard.', `Open http://${door.host} instead.`);
  const key = method === 'GET' ? keyOf(target) : undefined;
  const origin = headers.origin;
  const site = headers['sec-fetch-site'];
  const isNavigation = headers['sec-fetch-mode'] === 'navigate';
  const isForeign = (origin !== undefined && origin !== `http://${door.host}`) || !OWN_SITES.has(site);
  // whoever follows a link to the address that was handed out, as of a terminal in a browser, comes from another site
  if (isForeign && !(key !== undefined && isNavigation && origin === undefined))
    return refuse(403, 'A page of another site asked for this.', `Type http://${door.host} into the address bar.`);
  if (key !== undefined && door.key !== undefined && isEqual(key, door.key)) return { kind: 'enter' };
  const session = cookieOf(headers.cookie ?? '', cookieName(door.host));
  if (session !== undefined && isEqual(session, door.session)) return { kind: 'pass' };
  return key === undefined
    ? refuse(401, 'This browser has not been let in.', `${FROM_TERMINAL} ${AGAIN}`)
    : refuse(
        401,
        'This address has been used already; it opens the dashboard once.',
        `Go on where it was opened. If that was not you, end the command. ${AGAIN}`,
      );
}

const FROM_TERMINAL = 'Open the address that `pillion dashboard` printed.';
const AGAIN = 'End `pillion dashboard` and start it again for a new address.';

// not said by programs and old browsers, which send no cookie to other sites either
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

const refuse = (status: number, message: string, next: string): Judgement => ({
  kind: 'refuse',
  status,
  message,
  next,
});

function keyOf(target: string): string | undefined {
  const [path, query = ''] = target.split('?', 2);
  return path === '/' ? (new URLSearchParams(query).get(KEY) ?? undefined) : undefined;
}

function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

// of equal length, so that the comparison tells nothing by its time
const isEqual = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
