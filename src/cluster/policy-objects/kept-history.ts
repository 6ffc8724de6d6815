import type { Logger } from 'pino';
import { canonicalJson } from '../../core/json/canonical.ts';
import { isObject } from '../../core/json/is-object.ts';
import type { JudgedObjects } from '../../core/policy/object-conditions.ts';
import { ACTIVE_POLICY, objectPlace } from '../../core/policy/policy-objects.ts';
import { ApiError } from '../api-error.ts';
import type { OwnerReference } from '../owner-reference.ts';
import type { KubeTransport } from '../transport.ts';
import {
  HISTORY_ANNOTATIONS,
  type HistoryEntry,
  type HistoryPlace,
  historyCollection,
  historyLabels,
  type PolicyContent,
  readHistory,
} from './history.ts';
import type { StandingPolicyObject } from './standing-objects.ts';

export interface KeptHistoryOptions {
  readonly transport: KubeTransport;
  readonly place: HistoryPlace;
  /** When it is gone, so is the history. */
  readonly owner: () => Promise<OwnerReference>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

// as many as a Deployment keeps twice over (revisionHistoryLimit is 10); each is a few KB
const MOST_KEPT = 20;
const CALL_WITHIN_MS = 10_000;

/**
 * Keeps every policy that was in force as a ControllerRevision, bounded. To be called by the replica that registers alone; should two think so
 * for a moment, the API server lets one of them have the number.
 */
export class KeptHistory {
  readonly #options: KeptHistoryOptions;
  /** What was kept last, so that it is looked up only when something changed. */
  #kept: string | undefined;

  constructor(options: KeptHistoryOptions) {
    this.#options = options;
  }

  /** @throws ApiError, ClusterUnreachable, TimeoutError, and what reading the owner throws */
  async keep(standing: readonly StandingPolicyObject[], judgement: JudgedObjects): Promise<void> {
    const content = contentOf(standing, judgement);
    const text = content && canonicalJson(content);
    if (content === undefined || text === this.#kept) return;
    const { transport, place, log } = this.#options;
    const entries = await readHistory(transport, place, this.#signal());
    const [newest] = entries;
    if (newest === undefined || canonicalJson(newest.content) !== text) {
      const revision = (newest?.revision ?? 0) + 1;
      const author = newerThan(entries, authorOf(standing, content));
      if (!(await this.#create(revision, content, author, judgement))) return;
      log.info({ history: revision, revision: judgement.inForce.active.revision }, 'the policy is kept in its history');
      for (const old of entries.slice(MOST_KEPT - 1)) await this.#delete(old);
    }
    this.#kept = text;
  }

  /** @returns false when another was faster */
  async #create(
    revision: number,
    content: PolicyContent,
    author: Author,
    { inForce }: JudgedObjects,
  ): Promise<boolean> {
    const { place, owner } = this.#options;
    const { policyRevision, changedBy, changedAt } = HISTORY_ANNOTATIONS;
    const object = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${place.installation}-policy-${revision}`,
        namespace: place.namespace,
        labels: historyLabels(place.installation),
        annotations: { [policyRevision]: inForce.active.revision, [changedBy]: author.by, [changedAt]: author.at },
        ownerReferences: [await owner()],
      },
      revision,
      data: content,
    };
    try {
      await this.#call('POST', historyCollection(place), JSON.stringify(object));
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists') return false;
      throw error;
    }
  }

  async #delete({ name }: HistoryEntry): Promise<void> {
    await this.#call('DELETE', `${historyCollection(this.#options.place)}/${encodeURIComponent(name)}`);
  }

  async #call(method: 'POST' | 'DELETE', path: string, body?: string): Promise<void> {
    const signal = this.#signal();
    const response = await this.#options.transport.open({ method, path, ...(body && { body }), signal });
    response.resume();
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#options.signal, AbortSignal.timeout(CALL_WITHIN_MS)]);
  }
}

/** What the policy in force consists of; undefined where no object decides, or not as it stands now. */
function contentOf(
  standing: readonly StandingPolicyObject[],
  { inForce, inForceSources }: JudgedObjects,
): PolicyContent | undefined {
  const texts = new Map(inForceSources.map(({ file, text }) => [file, text]));
  const specs = new Map(
    standing
      .filter(({ source }) => texts.get(source.file) === source.text)
      .map(({ source }) => [source.file, specIn(source.text)]),
  );
  const policy = specs.get(objectPlace('InjectionPolicy', ACTIVE_POLICY));
  if (policy === undefined) return undefined;
  const named = inForce.active.spec.profiles.map(({ name }) => [name, objectPlace('SidecarProfile', name)] as const);
  if (named.some(([, place]) => texts.has(place) && !specs.has(place))) return undefined;
  return { policy, profiles: Object.fromEntries(named.map(([name, place]) => [name, specs.get(place) ?? null])) };
}

// an object that leaves its spec out says what the built-in one says
function specIn(text: string): unknown {
  const object: unknown = JSON.parse(text);
  return isObject(object) ? (object.spec ?? {}) : {};
}

interface Author {
  readonly by: string;
  readonly at: string;
}

/** Nobody where the stamp is that of an earlier change: the webhook was away at this one, and an object was changed or deleted without a stamp. */
function newerThan(entries: readonly HistoryEntry[], author: Author): Author {
  return entries.some(({ changedAt }) => changedAt >= author.at) ? { by: '', at: '' } : author;
}

/** Who changed one of its objects last, by the stamps of the webhook. */
function authorOf(standing: readonly StandingPolicyObject[], { profiles }: PolicyContent): Author {
  const stamps = standing
    .filter(({ source: { kind, name } }) =>
      kind === 'InjectionPolicy' ? name === ACTIVE_POLICY : Object.hasOwn(profiles, name),
    )
    .map(({ metadata: { annotations = {} } }) => ({
      by: annotations[HISTORY_ANNOTATIONS.changedBy] ?? '',
      at: annotations[HISTORY_ANNOTATIONS.changedAt] ?? '',
    }));
  // RFC 3339 in UTC is in order as text
  return stamps.reduce((last, stamp) => (stamp.at > last.at ? stamp : last), { by: '', at: '' });
}
