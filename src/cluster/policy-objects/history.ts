import { isObject } from '../../core/json/is-object.ts';
import { ACTIVE_POLICY, type ObjectSource, objectSource } from '../../core/policy/policy-objects.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

/** Where the earlier policies of an installation are kept: as ControllerRevisions of its namespace. */
export interface HistoryPlace {
  readonly namespace: string;
  readonly installation: string;
}

/** What a policy consisted of. */
export interface PolicyContent {
  /** The spec of the InjectionPolicy `default`. */
  readonly policy: unknown;
  /** The specs of the SidecarProfiles that it named, by their names; null where the built-in one counted. */
  readonly profiles: Readonly<Record<string, unknown>>;
}

/** A policy that was in force. */
export interface HistoryEntry {
  /** Grows with each entry. */
  readonly revision: number;
  /** Of the ControllerRevision. */
  readonly name: string;
  /** The digest of policy and profiles, as records and metrics name it. */
  readonly policyRevision: string;
  /** When it was kept; the same as RFC 3339. */
  readonly keptAt: string;
  /** Who wrote it, and when, by the stamps of the webhook; empty where no stamp is newer than those of the entries before: it was away. */
  readonly changedBy: string;
  readonly changedAt: string;
  readonly content: PolicyContent;
  /** The objects that it consisted of. */
  readonly objects: readonly ObjectSource[];
}

/** The annotations of an entry. */
export const HISTORY_ANNOTATIONS = {
  policyRevision: 'pillion.io/policy-revision',
  changedBy: 'pillion.io/changed-by',
  changedAt: 'pillion.io/changed-at',
} as const;

export const historyLabels = (installation: string): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': 'pillion',
  'app.kubernetes.io/instance': installation,
  'pillion.io/history-of': ACTIVE_POLICY,
});

export const historyCollection = ({ namespace }: HistoryPlace): string =>
  `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/controllerrevisions`;

interface ControllerRevision {
  readonly metadata: ObjectMetadata & { readonly creationTimestamp?: string };
  readonly revision: number;
  readonly data?: unknown;
}

/**
 * The policies that were in force, the newest first. What somebody else wrote there is passed over.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readHistory(
  transport: KubeTransport,
  place: HistoryPlace,
  signal?: AbortSignal,
): Promise<readonly HistoryEntry[]> {
  const labels = Object.entries(historyLabels(place.installation)).map(([key, value]) => `${key}=${value}`);
  const query = new URLSearchParams({ labelSelector: labels.join(',') });
  const path = `${historyCollection(place)}?${query}`;
  const list = await readJson<{ readonly items: readonly ControllerRevision[] }>(transport, path, signal);
  return (list?.items ?? []).flatMap((item) => entryOf(item)).sort((one, other) => other.revision - one.revision);
}

function entryOf({ metadata, revision, data }: ControllerRevision): HistoryEntry | readonly [] {
  if (!isObject(data) || !isObject(data.policy) || !isObject(data.profiles)) return [];
  const { annotations = {}, name, creationTimestamp = '' } = metadata;
  const { policyRevision, changedBy, changedAt } = HISTORY_ANNOTATIONS;
  const content = { policy: data.policy, profiles: data.profiles };
  return {
    revision,
    name,
    keptAt: creationTimestamp,
    policyRevision: annotations[policyRevision] ?? '',
    changedBy: annotations[changedBy] ?? '',
    changedAt: annotations[changedAt] ?? '',
    content,
    objects: objectsOf(content),
  };
}

/** The objects that a policy consists of; a profile that was built in is none. */
const objectsOf = ({ policy, profiles }: PolicyContent): readonly ObjectSource[] => [
  ...Object.entries(profiles).flatMap(([name, spec]) =>
    spec === null ? [] : [objectSource('SidecarProfile', name, { spec })],
  ),
  objectSource('InjectionPolicy', ACTIVE_POLICY, { spec: policy }),
];
