import { type KubeTransport, textOf } from '../transport.ts';

// somebody waits for the page
const CALL_WITHIN_MS = 5_000;

/**
 * Creates an object that only asks, and reads its answer.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function created<T>(transport: KubeTransport, path: string, object: object): Promise<T> {
  const response = await transport.open({
    method: 'POST',
    path,
    body: JSON.stringify(object),
    signal: AbortSignal.timeout(CALL_WITHIN_MS),
  });
  return JSON.parse(await textOf(response)) as T;
}
