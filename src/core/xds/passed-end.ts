import type { Direction } from './direction.ts';
import { type EnvoyMessage, typed } from './types.ts';

/**
 * A header of an answer after which the connection it came over ends. HTTP/1 has `connection: close` for that; HTTP/2 says it to the next hop
 * alone, by GOAWAY, which would end at the sidecar of the client and leave the client with a pod that is no more.
 */
const END = 'x-pillion-end';

/**
 * Passes the end of a server’s connection on to the client. Envoy takes it for its own connection alone: the client would go on with the
 * sidecar of a pod whose application listens no more, and be answered 503. Lua is the only part of Envoy 1.40 that can end the client’s
 * connection because of an answer. The header goes on to the next sidecar over HTTP/2 alone.
 */
export const passEnd = (direction: Direction): EnvoyMessage => ({
  name: 'end',
  typed_config: typed('envoy.extensions.filters.http.lua.v3.Lua', {
    default_source_code: {
      inline_string: `function envoy_on_response(answer)
  local headers, stream = answer:headers(), answer:streamInfo()
  local said, connection = headers:get("${END}"), headers:get("connection")
  if said or connection and connection:lower():find("close", 1, true) then
    stream:drainConnectionUponCompletion()
  end
  if said${direction === 'inbound' ? ' and stream:protocol() ~= "HTTP/2"' : ''} then
    headers:remove("${END}")
  end
end
`,
    },
  }),
});

/** Adds it to the answer. */
export const SAY_END: readonly EnvoyMessage[] = [
  { header: { key: END, value: 'true' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
];

/**
 * What Envoy answers because its own connection failed (UF) or ended (UC) ends the client’s as well, as it would have ended without a
 * sidecar: a client of HTTP/2 would stay with it, and be answered 503 again.
 */
export const END_WITH_UPSTREAM: EnvoyMessage = {
  mappers: [{ filter: { response_flag_filter: { flags: ['UF', 'UC'] } }, headers_to_add: SAY_END }],
};
