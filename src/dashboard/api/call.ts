import type { Static, TSchema } from 'typebox';
import type { API, ROUTES, RouteName } from '../../core/dashboard/routes.ts';
import { ApiTrouble, OFFLINE, troubleOf, UNREADABLE } from './trouble.ts';

// the page takes only types from the core: the values would bring the whole schema library along, so the compiler compares them
const BASE: typeof API = '/api/v1';
const PATHS: { readonly [N in RouteName]: (typeof ROUTES)[N]['path'] } = {
  overview: '/overview',
  rollout: '/rollout',
  briefing: '/rollout/stages/{stage}/briefing',
  namespaces: '/namespaces',
  workloads: '/workloads',
  workload: '/workloads/{namespace}/{kind}/{name}',
  decisions: '/decisions',
  decisionStream: '/decisions/stream',
  policy: '/policy',
  capacity: '/capacity',
  playground: '/playground',
};
// what these tell is of the namespaces in which somebody may list pods: no right for the whole cluster is missing where they refuse
const BY_NAMESPACE: { readonly [N in RouteName]: (typeof ROUTES)[N]['byNamespace'] } = {
  ...{ overview: false, rollout: false, briefing: false, policy: false, capacity: false },
  ...{ namespaces: true, workloads: true, workload: true, decisions: true, decisionStream: true, playground: true },
};

export type AnswerOf<N extends RouteName> = Static<(typeof ROUTES)[N]['answer']>;
export type QuestionOf<N extends RouteName> = (typeof ROUTES)[N] extends { body: infer B extends TSchema }
  ? Static<B>
  : never;

/** What is asked of a route: the parameters of its path, and its query; empty values are left out. */
export interface Asked {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Iterable<readonly [string, string]>;
}

/** The address of a question. */
export function addressOf(name: RouteName, { path = {}, query = [] }: Asked = {}): string {
  const filled = PATHS[name].replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(path[key] ?? ''));
  const search = new URLSearchParams(
    [...query].filter(([, value]) => value !== '').map(([key, value]) => [key, value]),
  );
  return `${BASE}${filled}${search.size === 0 ? '' : `?${search}`}`;
}

/** Reads from the API. Rejects with ApiTrouble, or with AbortError when `signal` ended it. */
export async function read<N extends RouteName>(name: N, asked: Asked, signal: AbortSignal): Promise<AnswerOf<N>> {
  return answered<N>(await fetched(name, addressOf(name, asked), { signal }));
}

/** Sends a question to the API. Rejects like `read`. */
export async function send<N extends RouteName>(
  name: N,
  question: QuestionOf<N>,
  signal: AbortSignal,
): Promise<AnswerOf<N>> {
  const headers = { 'content-type': 'application/json' };
  return answered<N>(
    await fetched(name, addressOf(name), { method: 'POST', headers, body: JSON.stringify(question), signal }),
  );
}

/** An answer of the API whose body is still to be read. Rejects like `read`. */
export async function fetched(name: RouteName, address: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch((error: unknown) => {
    throw init.signal?.aborted ? error : new ApiTrouble(OFFLINE);
  });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw new ApiTrouble(troubleOf(response.status, body, BY_NAMESPACE[name]));
}

const answered = <N extends RouteName>(response: Response): Promise<AnswerOf<N>> =>
  response.json().then(
    (answer) => answer as AnswerOf<N>,
    (error: unknown) => {
      throw error instanceof DOMException ? error : new ApiTrouble(UNREADABLE);
    },
  );
