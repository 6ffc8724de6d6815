import { isNotFound } from './api-error.ts';
import { type KubeTransport, textOf } from './transport.ts';

// one call; whoever needs its answer asks again
const CALL_WITHIN_MS = 10_000;

/**
 * The object or list under this path, whole; undefined when there is none.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function readJson<T>(
  transport: KubeTransport,
  path: string,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const within = AbortSignal.timeout(CALL_WITHIN_MS);
  try {
    const response = await transport.open({
      method: 'GET',
      path,
      signal: signal === undefined ? within : AbortSignal.any([signal, within]),
    });
    return JSON.parse(await textOf(response)) as T;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
