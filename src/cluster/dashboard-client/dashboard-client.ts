import type { IncomingMessage } from 'node:http';
import { type AskedRoute, addressOf } from '../../core/dashboard/asked-route.ts';
import { type AnswerOf, readAnswer } from '../../core/dashboard/read-answer.ts';
import { ROUTES, type RouteName } from '../../core/dashboard/routes.ts';
import type { CallerToken } from '../dashboard-access/caller-token.ts';
import type { DashboardCalls } from '../dashboard-access/dashboard-calls.ts';
import { NoDashboard } from '../dashboard-access/no-dashboard.ts';
import { textOf } from '../transport.ts';
import { eventsOf } from './server-events.ts';

/** A question to the API about a route. */
export type Asked<N extends RouteName> = Omit<AskedRoute, 'route'> & { readonly route: N };

/** One entry of a stream, and where to go on after it; without an entry it says that alone. */
export interface Streamed<N extends RouteName> {
  readonly id: string;
  readonly entry: AnswerOf<N> | undefined;
}

/** The API answers, and not with what was asked for. */
export class DashboardRefused extends NoDashboard {
  readonly status: number;

  constructor(status: number, path: string, body: string) {
    super(`${path} was answered with ${status}: ${refusalOf(body)}`);
    this.name = 'DashboardRefused';
    this.status = status;
  }
}

/** How the dashboard is called. */
export interface DashboardAccess {
  readonly calls: DashboardCalls;
  readonly token: CallerToken;
  /** The name that requests go to. */
  readonly host: string;
}

/** The API of the dashboard. Answers are checked by its schemas; what a later version says besides is passed on. */
export class DashboardClient {
  readonly #access: DashboardAccess;

  constructor(access: DashboardAccess) {
    this.#access = access;
  }

  /**
   * What a route answers.
   * @throws DashboardRefused, NoDashboard when it answers something else, else what the connection throws
   */
  async get<N extends RouteName>(asked: Asked<N>, signal: AbortSignal): Promise<AnswerOf<N>> {
    const response = await this.#open(asked, { accept: 'application/json' }, signal);
    return checked(asked.route, await textOf(response));
  }

  /**
   * What a stream tells, until it ends.
   * @param after the id after which it goes on; undefined begins now
   * @throws as `get`
   */
  async *follow<N extends RouteName>(
    asked: Asked<N>,
    after: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Streamed<N>> {
    const headers = { accept: 'text/event-stream', ...(after !== undefined && { 'last-event-id': after }) };
    const response = await this.#open(asked, headers, signal);
    for await (const { id, data } of eventsOf(response))
      yield { id, entry: data === undefined ? undefined : checked(asked.route, data) };
  }

  async #open(asked: AskedRoute, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
    const { calls, token, host } = this.#access;
    const [method, path] = [ROUTES[asked.route].method, addressOf(asked)];
    const authorization = `Bearer ${await token()}`;
    const call = calls.begin({ method, path, headers: { ...headers, host, authorization }, signal });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      call.once('response', resolve);
      call.on('error', reject);
      call.end();
    });
    if (response.statusCode === 200) return response;
    throw new DashboardRefused(response.statusCode ?? 0, path, await textOf(response));
  }
}

/** What stands in place of an answer, in one line. */
function refusalOf(body: string): string {
  try {
    const { message, next } = JSON.parse(body) as { message?: unknown; next?: unknown };
    if (typeof message === 'string') return typeof next === 'string' ? `${message} ${next}` : message;
  } catch {
    // a proxy on the way says what it likes
  }
  return body.slice(0, 200) || 'nothing was said';
}

function checked<N extends RouteName>(route: N, text: string): AnswerOf<N> {
  const read = readAnswer(route, text);
  if ('answer' in read) return read.answer;
  throw new NoDashboard(`${ROUTES[route].path} was answered ${read.problem}`);
}
