import type { KubeTransport } from '../transport.ts';
import { created } from './review-call.ts';
import type { Reader } from './token-review.ts';

/** That somebody may list objects of a kind. */
export interface ReadRight {
  readonly group: string;
  readonly resource: string;
  /** Left out: in all of them. */
  readonly namespace?: string;
}

interface SubjectAccessReview {
  readonly status?: { readonly allowed?: boolean };
}

/**
 * Asks the API server whether somebody has a right.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function mayRead(
  transport: KubeTransport,
  { username, uid, groups, extra }: Reader,
  { group, resource, namespace = '' }: ReadRight,
): Promise<boolean> {
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const { status } = await created<SubjectAccessReview>(transport, path, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: username, uid, groups, extra, resourceAttributes: { group, resource, verb: 'list', namespace } },
  });
  return status?.allowed === true;
}
