import { SURROUNDING_KINDS } from '../core/compatibility/surroundings.ts';
import { ApiError } from './api-error.ts';
import { listObjects } from './list-objects.ts';
import { rootOf } from './read-workload.ts';
import type { KubeTransport } from './transport.ts';

/** What stands around the workloads of a namespace, or of all. */
export interface ReadSurroundings {
  readonly objects: readonly object[];
  /** The resources that may not be read, so that what hangs on them is not known. */
  readonly hidden: readonly string[];
}

/**
 * Reads Services, quotas, limit ranges, network policies and autoscalers.
 * @param namespace undefined for all
 * @param kept what is kept of each object
 * @throws ApiError other than a refusal, ClusterUnreachable, TimeoutError
 */
export async function readSurroundings(
  transport: KubeTransport,
  namespace: string | undefined,
  kept: (object: object) => object = (object) => object,
): Promise<ReadSurroundings> {
  const objects: object[] = [];
  const hidden: string[] = [];
  for (const { kind, apiVersion, plural } of SURROUNDING_KINDS) {
    const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
    try {
      await listObjects(transport, `${rootOf({ apiVersion })}${within}/${plural}`, (object) =>
        objects.push(kept({ apiVersion, kind, ...object })),
      );
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== FORBIDDEN) throw error;
      hidden.push(plural);
    }
  }
  return { objects, hidden };
}

const FORBIDDEN = 403;
