import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { ClusterUnreachable } from '../../../src/cluster/api-error.ts';
import type { KubeRequest, KubeTransport } from '../../../src/cluster/transport.ts';

/** What the two reviews of an API server are answered here, for faults that a real one cannot be asked for. */
export interface ReviewingApi extends KubeTransport {
  /** Whose a token is, and in which namespaces that one may list pods; `*` for everything. */
  readonly readers: Map<string, readonly string[]>;
  /** In which groups whoever has a token is; what a group may stands in `readers` under its name. */
  readonly groups: Map<string, readonly string[]>;
  /** Set: no call is answered. */
  away: boolean;
  /** Tokens about which no answer comes until this is over. */
  pending: { readonly tokens: RegExp; readonly over: Promise<void> } | undefined;
  /** How many calls there were. */
  calls: number;
}

export function reviewingApi(): ReviewingApi {
  const api: ReviewingApi = {
    server: 'https://api.example',
    readers: new Map([
      ['all', ['*']],
      ['shop', ['shop']],
      ['none', []],
    ]),
    groups: new Map(),
    away: false,
    pending: undefined,
    calls: 0,
    open: async ({ path, body }: KubeRequest) => {
      api.calls += 1;
      if (api.away) throw new ClusterUnreachable(api.server, new Error('refused'));
      const { spec } = JSON.parse(body ?? '{}');
      if (api.pending?.tokens.test(spec.token ?? '')) await api.pending.over;
      const status = path.includes('tokenreviews')
        ? { authenticated: api.readers.has(spec.token), user: userOf(spec.token) }
        : { allowed: mayOf(spec).some((one) => one === '*' || one === spec.resourceAttributes.namespace) };
      return Object.assign(Readable.from([Buffer.from(JSON.stringify({ status }))]), {
        statusCode: 201,
      }) as unknown as IncomingMessage;
    },
    close: () => {},
  };
  const userOf = (token: string) => ({ username: token, groups: api.groups.get(token) ?? [] });
  const mayOf = ({ user, groups }: { readonly user: string; readonly groups: readonly string[] }) =>
    [user, ...groups].flatMap((name) => api.readers.get(name) ?? []);
  return api;
}
