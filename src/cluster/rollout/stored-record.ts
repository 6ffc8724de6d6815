import type { Problem } from '../../core/problem/problem.ts';
import { EMPTY_RECORD, type RolloutRecord, readRecord, writeRecord } from '../../core/rollout/rollout-record.ts';
import { isConflict } from '../api-error.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

/** Whose record it is, and where it is kept. */
export interface RecordPlace {
  readonly namespace: string;
  readonly installation: string;
}

/** The ConfigMap that has the record. */
const RECORD_NAME = 'pillion-rollout';

interface ConfigMap {
  readonly metadata: ObjectMetadata;
  readonly data?: Readonly<Record<string, string>>;
}

const collection = ({ namespace }: RecordPlace): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;

/**
 * What is kept of the rollout; nothing where nothing was done yet.
 * @returns also what of it cannot be read and is passed over
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readStoredRecord(
  transport: KubeTransport,
  place: RecordPlace,
): Promise<{ readonly record: RolloutRecord; readonly problems: readonly Problem[] }> {
  const stored = await readJson<ConfigMap>(transport, `${collection(place)}/${RECORD_NAME}`);
  return stored === undefined ? { record: EMPTY_RECORD, problems: [] } : told(readRecord(stored.data ?? {}), place);
}

const told = <R extends { readonly problems: readonly Problem[] }>(read: R, { namespace }: RecordPlace): R => ({
  ...read,
  problems: read.problems.map((one) => ({ ...one, file: `ConfigMap ${namespace}/${RECORD_NAME}` })),
});

const CALL_WITHIN_MS = 10_000;
// others write it at the same time: a squad that acknowledges, another operator
const TRIES = 10;

/**
 * Changes the record as it stands now; somebody else’s change that came between is kept.
 * @throws Error when there is no room for more labels; ApiError, ClusterUnreachable, TimeoutError
 */
export async function changeRecord(
  transport: KubeTransport,
  place: RecordPlace,
  change: (record: RolloutRecord) => RolloutRecord,
): Promise<RolloutRecord> {
  for (let left = TRIES; ; left--) {
    const stored = await readJson<ConfigMap>(transport, `${collection(place)}/${RECORD_NAME}`);
    const record = change(readRecord(stored?.data ?? {}).record);
    const data = writeRecord(record);
    if (data === undefined) throw new Error(NO_ROOM);
    try {
      await write(transport, place, stored, data);
      return record;
    } catch (error) {
      if (!isConflict(error) || left === 1) throw error;
    }
  }
}

const NO_ROOM =
  'the record of the rollout has no room for more labels; name namespaces by namespaceSelector in fewer stages, or roll back those that are done with';

async function write(
  transport: KubeTransport,
  place: RecordPlace,
  stored: ConfigMap | undefined,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const labels = { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/instance': place.installation };
  const annotations = { 'pillion.io/purpose': 'What was done to the rollout, and which labels a rollback takes away.' };
  const made = { metadata: { name: RECORD_NAME, namespace: place.namespace, labels, annotations } };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', ...(stored ?? made), data: { ...stored?.data, ...data } };
  const response = await transport.open({
    ...(stored === undefined
      ? { method: 'POST', path: `${collection(place)}?fieldManager=pillion-rollout` }
      : { method: 'PUT', path: `${collection(place)}/${RECORD_NAME}?fieldManager=pillion-rollout` }),
    body: JSON.stringify(object),
    signal: AbortSignal.timeout(CALL_WITHIN_MS),
  });
  response.resume();
}
