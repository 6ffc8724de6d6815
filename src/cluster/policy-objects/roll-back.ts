import { isObject } from '../../core/json/is-object.ts';
import { type FieldChange, fieldChanges } from '../../core/policy/field-changes.ts';
import { type ObjectSource, objectSource } from '../../core/policy/policy-objects.ts';
import { isConflict } from '../api-error.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import type { HistoryEntry } from './history.ts';
import { collectionOf, pathOf, type StandingPolicyObject } from './standing-objects.ts';

/** An object that has to be written so that an earlier policy counts again. */
export interface ObjectToWrite {
  readonly source: ObjectSource;
  /** What stands there; undefined when nothing does. */
  readonly standing: StandingPolicyObject | undefined;
  readonly spec: unknown;
  /** Places of the object. */
  readonly changes: readonly FieldChange[];
}

/** The objects that differ from what they were, profiles first: the policy names them. */
export function objectsToWrite(
  { objects }: HistoryEntry,
  standing: readonly StandingPolicyObject[],
): readonly ObjectToWrite[] {
  return objects.flatMap((source) => {
    const now = standing.find((object) => object.source.file === source.file);
    const spec = specIn(source);
    const changes = fieldChanges(now && specIn(now.source), spec, '/spec');
    return changes.length === 0 ? [] : [{ source, standing: now, spec, changes }];
  });
}

/** The names of profiles that were built in then, and that the cluster hides now. */
export const hiddenSince = ({ content }: HistoryEntry, standing: readonly StandingPolicyObject[]): readonly string[] =>
  Object.entries(content.profiles)
    .filter(([, spec]) => spec === null)
    .map(([name]) => name)
    .filter((name) => standing.some(({ source }) => source.kind === 'SidecarProfile' && source.name === name));

const CALL_WITHIN_MS = 30_000;
// some replicas, each of which writes once a second
const MOST_RETRIES = 20;

/**
 * Writes an object as it was, in place of what was read and nothing newer.
 * @param dryRun has the API server and the webhook judge it, and stores nothing
 * @throws ApiError 409 when it was changed meanwhile, and for a refusal; ClusterUnreachable, TimeoutError
 */
export async function writeObject(
  transport: KubeTransport,
  { source, standing, spec }: ObjectToWrite,
  dryRun: boolean,
): Promise<void> {
  const { kind, name } = source;
  const query = dryRun ? '?dryRun=All' : '';
  const write = async (call: { method: 'POST' | 'PUT'; path: string }, metadata: unknown) => {
    const body = JSON.stringify({ apiVersion: 'pillion.io/v1alpha1', kind, metadata, spec });
    const response = await transport.open({ ...call, body, signal: AbortSignal.timeout(CALL_WITHIN_MS) });
    response.resume();
  };
  if (standing === undefined) return write({ method: 'POST', path: `${collectionOf(kind)}${query}` }, { name });
  let { metadata } = standing;
  for (let left = MOST_RETRIES; ; left--)
    try {
      return await write({ method: 'PUT', path: `${pathOf(source)}${query}` }, metadata);
    } catch (error) {
      if (!isConflict(error) || left === 0) throw error;
      const now = await readJson<StandingPolicyObject>(transport, pathOf(source));
      // replicas write the status at any time, which is no change of the object
      if (now === undefined || objectSource(kind, name, now).text !== standing.source.text) throw error;
      metadata = now.metadata;
    }
}

function specIn({ text }: ObjectSource): unknown {
  const object: unknown = JSON.parse(text);
  return isObject(object) ? object.spec : undefined;
}
