import type { KubeTransport } from '../transport.ts';
import { created } from './review-call.ts';

/** Whom the API server knows by a token, as both reviews have it. */
export interface Reader {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

interface TokenReview {
  readonly status?: { readonly authenticated?: boolean; readonly user?: Reader };
}

/**
 * Asks the API server whose a token is. Its own audience is asked for, so a token that was made for another service is not accepted.
 * @returns undefined for one that it does not accept
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readerOf(transport: KubeTransport, token: string): Promise<Reader | undefined> {
  const { status } = await created<TokenReview>(transport, '/apis/authentication.k8s.io/v1/tokenreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token },
  });
  const user = status?.user;
  return status?.authenticated === true && user !== undefined && user.username !== '' ? user : undefined;
}
