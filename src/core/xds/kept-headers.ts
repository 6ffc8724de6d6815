import { type EnvoyMessage, typed } from './types.ts';

/**
 * Request headers that the connection manager writes or removes, and that no option of it leaves alone: the scheme, which it
 * adds where the client named none, and the client’s wish to end the connection after the answer, without which the server
 * would keep one that nobody needs.
 */
const KEPT = ['x-forwarded-proto', 'connection'];

const keptAs = (name: string) => `x-pillion-kept-${name}`;

// a header that is absent gives an empty value, and Envoy adds no header for that
const copy = (from: string, to: string): EnvoyMessage => ({ append: { header: { key: to, value: `%REQ(${from})%` } } });

/** Copies them before the connection manager looks at the request. */
export const KEEP_HEADERS: EnvoyMessage = {
  name: 'keep',
  typed_config: typed('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
    mutations: KEPT.map((name) => copy(name, keptAs(name))),
  }),
};

/** Puts the copies in the place of what the connection manager made of them. */
export const RESTORE_HEADERS: EnvoyMessage = {
  name: 'restore',
  typed_config: typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: {
      request_mutations: KEPT.flatMap((name) => [{ remove: name }, copy(keptAs(name), name), { remove: keptAs(name) }]),
    },
  }),
};
