import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

// RFC 9110, 7.6.1, and those that older software uses as such
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'];
const OF_ONE_HOP = new Set([...HOP_BY_HOP, 'te', 'trailer', 'transfer-encoding', 'upgrade']);

// what was judged here, or is said anew
const ASKED_OF_US = new Set(['host', 'cookie', 'authorization', 'origin', 'referer', 'expect']);

/**
 * The headers of a request as they go on to the pod, with the token of the caller.
 * @param hasBody whether its body goes on as well; where it does not, the next request must not be taken for it
 */
export function headersOnward(
  headers: IncomingHttpHeaders,
  host: string,
  token: string,
  hasBody: boolean,
): OutgoingHttpHeaders {
  const isKept = (name: string) =>
    ASKED_OF_US.has(name) || name.startsWith('sec-fetch-') || (!hasBody && name === 'content-length');
  return { ...passing(headers, isKept), host, authorization: `Bearer ${token}` };
}

// the cookie here is ours; the address here is not secure, and must not be taken for one that is
const NOT_FOR_BROWSERS = new Set(['set-cookie', 'strict-transport-security', 'alt-svc']);

/** The headers of an answer as they go on to the browser. */
export function headersBack(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const passed = passing(headers, (name) => NOT_FOR_BROWSERS.has(name));
  return { ...passed, 'cross-origin-resource-policy': 'same-origin' };
}

function passing(headers: IncomingHttpHeaders, isKept: (name: string) => boolean): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OF_ONE_HOP.has(name) && !named.has(name) && !isKept(name)),
  );
}
