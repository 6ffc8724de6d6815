import type { KubeTransport } from './transport.ts';
import { textOf } from './transport.ts';

const CALL_WITHIN_MS = 10_000;

/** The name under which the API server knows whoever calls; `unknown` when it does not tell. */
export async function whoAmI(transport: KubeTransport): Promise<string> {
  try {
    const response = await transport.open({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
      signal: AbortSignal.timeout(CALL_WITHIN_MS),
    });
    const { status } = JSON.parse(await textOf(response)) as { status?: { userInfo?: { username?: string } } };
    return status?.userInfo?.username || 'unknown';
  } catch {
    return 'unknown';
  }
}
