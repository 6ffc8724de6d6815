import { ADMIN_CLUSTER } from './admin.ts';
import { type EnvoyMessage, typed } from './types.ts';

/** The variable of the sidecar without which nobody can order the drain: whoever could, would end connections for the life of a pod. */
export const DRAIN_KEY = 'DRAIN_KEY';

const PREFIX = '/drain/';

/** Where the drain is ordered, on the port that tells the sidecar’s health. */
export const drainPath = (key: string): string => `${PREFIX}${key}`;

/** The header of the order that says for how many milliseconds it is to wait for its answer, while the drain goes on. */
export const DRAIN_DELAY_HEADER = 'x-envoy-fault-delay-request';

const DRAINING = 'pillion.draining';

/** Where the sidecar keeps it that it drains; nothing else is changed at run time. */
export const DRAIN_LAYER: EnvoyMessage = { name: 'drain', admin_layer: {} };

/** Matches no request until the drain is ordered, and from then on every one. */
export const WHILE_DRAINING: EnvoyMessage = {
  runtime_fraction: { default_value: { numerator: 0 }, runtime_key: DRAINING },
};

/**
 * Ends the connections of HTTP clients without losing a request: each is told with its next answer, or by GOAWAY, to go
 * elsewhere, and new ones are served and told the same. An application that ends says so on its own connections, but for HTTP/2 that
 * ends at its sidecar, and no part of Envoy 1.40 passes it on. Nor does the sidecar of a client pass on what this one says, so each answer
 * says it as well.
 *
 * Only a POST to the administration interface begins it, and the kubelet can only GET; Lua makes the one of the other.
 */
const ORDER = `local function post(request, path)
  request:httpCall("${ADMIN_CLUSTER}", {[":method"] = "POST", [":path"] = path, [":authority"] = "sidecar"}, nil, 1000)
end

function envoy_on_request(request)
  local key = os.getenv("${DRAIN_KEY}")
  if not key or request:headers():get(":path") ~= "${PREFIX}" .. key then
    request:respond({[":status"] = "404"}, "")
    return
  end
  post(request, "/runtime_modify?${DRAINING}=100")
  post(request, "/drain_listeners?inboundonly&graceful&skip_exit")
end
`;

const LUA = 'lua';
const DELAY = 'delay';

/** What a request to the sidecar passes so that the order can be given: first the drain begins, then the answer waits. */
export const DRAIN_FILTERS: readonly EnvoyMessage[] = [
  { name: LUA, typed_config: typed('envoy.extensions.filters.http.lua.v3.Lua', {}) },
  { name: DELAY, typed_config: typed('envoy.extensions.filters.http.fault.v3.HTTPFault', {}) },
];

export const DRAIN_ROUTE: EnvoyMessage = {
  match: { prefix: PREFIX },
  direct_response: { status: 200 },
  typed_per_filter_config: {
    [LUA]: typed('envoy.extensions.filters.http.lua.v3.LuaPerRoute', { source_code: { inline_string: ORDER } }),
    [DELAY]: typed('envoy.extensions.filters.http.fault.v3.HTTPFault', {
      delay: { header_delay: {}, percentage: { numerator: 100 } },
    }),
  },
};
