import type { IncomingHttpHeaders } from 'node:http';
import { MOST_NAMESPACES_ASKED, type ReaderAccess } from '../../cluster/dashboard-readers/reader-access.ts';
import type { Reader } from '../../cluster/dashboard-readers/token-review.ts';
import type { Visible } from '../../core/dashboard/dashboard-data.ts';
import { FURTHER_RIGHTS, PODS } from '../../core/dashboard/route-rights.ts';
import { type ApiRoute, ROUTES, type RouteName } from '../../core/dashboard/routes.ts';
import { lacking, seeingNothing, tooManyNamespaces } from './granting.ts';
import { Refused } from './refusals.ts';

/** What a reader sees. */
export interface View {
  readonly reader: Reader;
  readonly visible: Visible;
  /** The whole cluster. */
  readonly seesAll: boolean;
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/** The token of a request; undefined where there is none. */
export const tokenOf = ({ authorization = '' }: IncomingHttpHeaders): string | undefined =>
  BEARER.exec(authorization)?.[1];

const NO_TOKEN = 'Open the dashboard by `pillion dashboard`, which sends your own token.';

/**
 * Whose request this is.
 * @param from the address that it came from
 * @throws Refused 401 without a token that the API server accepts; what ReaderAccess throws
 */
export async function admitted(access: ReaderAccess, token: string | undefined, from: string): Promise<Reader> {
  if (token === undefined) throw new Refused(401, 'There is no token.', NO_TOKEN);
  const reader = await access.readerOf(token, from);
  if (reader === undefined)
    throw new Refused(401, 'The API server does not accept this token; it may have expired.', NO_TOKEN);
  return reader;
}

/**
 * Refuses what pages of other sites ask for. A token never comes by itself with a request, so this guards those who put something in front of
 * the dashboard that adds one.
 * @throws Refused 403
 */
export function refuseOtherSites({ origin, host, ...headers }: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  const isNavigation = headers['sec-fetch-mode'] === 'navigate';
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation;
  if (isForeign || (origin !== undefined && !isOf(origin, headers[':authority'] ?? host)))
    throw new Refused(403, 'A page of another site asked for this.', 'Open the dashboard itself.');
}

const isOf = (origin: string, authority: unknown): boolean =>
  URL.canParse(origin) && new URL(origin).host === authority;

/** Which namespace a question is about. */
export interface NamedNamespace {
  /** The answer tells of this one alone. */
  readonly only?: string | undefined;
  /** The answer may tell of others too, where it can be found out which ones the reader sees. */
  readonly atLeast?: string | undefined;
}

/**
 * What a reader sees by a route.
 * @param namespaces all there are
 * @throws Refused 403 with the right that is missing; what ReaderAccess throws
 */
export async function viewOf(
  access: ReaderAccess,
  reader: Reader,
  route: RouteName,
  { only, atLeast }: NamedNamespace,
  namespaces: () => readonly string[],
): Promise<View> {
  const { byNamespace }: ApiRoute = ROUTES[route];
  const seesAll = await access.may(reader, PODS);
  if (!byNamespace) {
    for (const right of [...(seesAll ? [] : [PODS]), ...(FURTHER_RIGHTS[route] ?? [])])
      if (right === PODS || !(await access.may(reader, right))) throw lacking(reader, right);
    return { reader, seesAll, visible: () => true };
  }
  if (seesAll) return { reader, seesAll, visible: () => true };
  const all = only === undefined ? namespaces() : [];
  const isTooLarge = all.length > MOST_NAMESPACES_ASKED;
  const named = only ?? (isTooLarge ? atLeast : undefined);
  if (named !== undefined) {
    const right = { ...PODS, namespace: named };
    if (!(await access.may(reader, right))) throw lacking(reader, right);
    return { reader, seesAll, visible: (namespace) => namespace === named };
  }
  if (isTooLarge) throw tooManyNamespaces(all.length);
  const visible = await access.visibleOf(reader, all);
  if (visible.size === 0) throw seeingNothing(reader);
  return { reader, seesAll, visible: (namespace) => visible.has(namespace) };
}
