import type { PolicyObjectChange } from '../../core/admission/known-objects.ts';
import type { PolicyKind } from '../../core/policy/policy-objects.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { pathOf } from './standing-objects.ts';

/**
 * Functions that look an object of a kind up now, past every cache; they resolve with undefined when there is none.
 * @returns functions that throw ApiError, ClusterUnreachable, or the reason of `signal` when that aborts first
 */
export const policyObjectReader =
  (transport: KubeTransport) =>
  (kind: PolicyKind) =>
  async (name: string, signal: AbortSignal): Promise<PolicyObjectChange | undefined> => {
    const object = await readJson<object>(transport, pathOf({ kind, name }), signal);
    return object === undefined ? undefined : { kind, name, object };
  };
