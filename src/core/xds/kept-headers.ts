import { type EnvoyMessage, typed } from './types.ts';

/**
 * Request headers that the connection manager writes or removes, and that no option of it leaves alone: the scheme where the
 * client named none, and the wish to end a connection, without which an upstream connection outlives its only request.
 */
const KEPT = [':path', 'x-forwarded-proto', 'connection'];

const keptAs = (name: string) => `x-pillion-kept-${name.replace(':', '')}`;

const copy = (from: string, to: string): EnvoyMessage => ({
  append: {
    header: { key: to, value: `%REQ(${from})%` },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
    keep_empty_value: false,
  },
});

/** Before the connection manager looks at them: copies. */
export const KEEP_HEADERS: EnvoyMessage = {
  name: 'keep',
  typed_config: typed('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
    mutations: [
      ...KEPT.map((name) => copy(name, keptAs(name))),
      { append: { header: { key: ':path', value: '/' }, append_action: 'OVERWRITE_IF_EXISTS' } },
    ],
  }),
};

/** After it: the copies in place of what it made. */
export const RESTORE_HEADERS: EnvoyMessage = {
  name: 'restore',
  typed_config: typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: {
      request_mutations: KEPT.flatMap((name) => [
        ...(name.startsWith(':') ? [] : [{ remove: name }]),
        copy(keptAs(name), name),
        { remove: keptAs(name) },
      ]),
    },
  }),
};
