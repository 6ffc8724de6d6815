import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { pathOf } from './standing-objects.ts';

/**
 * A function that looks a SidecarProfile up now, past every cache; it resolves with its name, or undefined when there is none.
 * @throws ApiError, ClusterUnreachable, or the reason of `signal` when that aborts first
 */
export const profileReader =
  (transport: KubeTransport) =>
  async (name: string, signal: AbortSignal): Promise<string | undefined> =>
    (await readJson(transport, pathOf({ kind: 'SidecarProfile', name }), signal)) === undefined ? undefined : name;
