import { type EnvoyMessage, typed } from './types.ts';

/**
 * A server that ends its connection with an answer (`connection: close`) says so to its client. Envoy takes it for its own connection
 * alone: the client would go on with the sidecar of a pod whose application listens no more, and be answered 503. Lua is the only
 * part of Envoy 1.40 that can end the client’s connection because of an answer.
 */
export const PASS_END: EnvoyMessage = {
  name: 'end',
  typed_config: typed('envoy.extensions.filters.http.lua.v3.Lua', {
    default_source_code: {
      inline_string: `function envoy_on_response(answer)
  local connection = answer:headers():get("connection")
  if connection and connection:lower():find("close", 1, true) then
    answer:streamInfo():drainConnectionUponCompletion()
  end
end
`,
    },
  }),
};
