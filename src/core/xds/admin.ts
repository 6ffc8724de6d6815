import { RUN_DIRECTORY } from '../sidecar/profiles/envoy/names.ts';
import { CONNECT_TIMEOUT } from './inert.ts';
import type { EnvoyMessage } from './types.ts';

const ADMIN_SOCKET: EnvoyMessage = { pipe: { path: `${RUN_DIRECTORY}/admin.sock`, mode: 0o600 } };
/** The administration interface as an upstream of our listeners. */
export const ADMIN_CLUSTER = 'envoy_admin';

/** The administration interface on a socket in the sidecar’s own volume: on loopback the application could stop the proxy. */
export const ADMIN: EnvoyMessage = { address: ADMIN_SOCKET };

/** The way from a listener of ours to the administration interface. */
export const ADMIN_UPSTREAM: EnvoyMessage = {
  name: ADMIN_CLUSTER,
  type: 'STATIC',
  connect_timeout: CONNECT_TIMEOUT,
  load_assignment: {
    cluster_name: ADMIN_CLUSTER,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: ADMIN_SOCKET } }] }],
  },
};

/**
 * The way to one page of the administration interface.
 * @param from the path that is offered; `to` is the page it shows
 */
export const adminPage = (from: string, to: string): EnvoyMessage => ({
  match: { path: from },
  route: { cluster: ADMIN_CLUSTER, prefix_rewrite: to },
});
