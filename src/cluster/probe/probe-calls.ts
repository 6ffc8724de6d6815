import type { IncomingHttpHeaders } from 'node:http';
import { isNotFound } from '../api-error.ts';
import { type KubeTransport, textOf } from '../transport.ts';

// the longest a webhook may take twice, and what the API server needs besides
const CREATED_WITHIN_MS = 20_000;
const DELETED_WITHIN_MS = 10_000;

/** A pod that was created, or would be, as the API server answered. */
export interface CreatedPod {
  readonly pod: PodObject;
  /** What webhooks and policies said about it. */
  readonly warnings: readonly string[];
}

/** What is read of a pod. */
export interface PodObject {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly initContainers?: readonly { readonly name: string }[];
    readonly containers: readonly { readonly name: string }[];
  };
  readonly status?: PodStatus;
}

export interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string } | null;
    readonly terminated?: {
      readonly exitCode: number;
      readonly reason?: string;
      readonly message?: string;
    } | null;
  };
}

/**
 * Creates a pod, or asks what would become of it.
 * @throws ApiError, also where a webhook or a policy refuses it; ClusterUnreachable, or the reason of `signal`
 */
export async function createPod(
  transport: KubeTransport,
  namespace: string,
  pod: object,
  signal: AbortSignal,
  { dryRun }: { readonly dryRun: boolean },
): Promise<CreatedPod> {
  const response = await transport.open({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods${dryRun ? '?dryRun=All' : ''}`,
    body: JSON.stringify(pod),
    signal: AbortSignal.any([signal, AbortSignal.timeout(CREATED_WITHIN_MS)]),
  });
  return { pod: JSON.parse(await textOf(response)) as PodObject, warnings: warningsOf(response.headers) };
}

/**
 * Deletes a pod, also one that is not there (any more).
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function deletePod(transport: KubeTransport, namespace: string, name: string): Promise<void> {
  try {
    const response = await transport.open({
      method: 'DELETE',
      path: `/api/v1/namespaces/${namespace}/pods/${name}`,
      signal: AbortSignal.timeout(DELETED_WITHIN_MS),
    });
    response.resume();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

// RFC 9111, 5.5 as Kubernetes writes it: 299 - "text"
const WARNING = /\b299 \S+ "((?:[^"\\]|\\.)*)"/g;

const warningsOf = ({ warning = '' }: IncomingHttpHeaders): readonly string[] =>
  [...String(warning).matchAll(WARNING)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
