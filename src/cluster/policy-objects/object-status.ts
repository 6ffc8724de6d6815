import type { Logger } from 'pino';
import type { JudgedObjects } from '../../core/policy/object-conditions.ts';
import { isNotFound } from '../api-error.ts';
import type { DecidedPods } from '../decision-counts.ts';
import { pagedList } from '../paged-list.ts';
import type { ShadowSummary } from '../shadow-summaries.ts';
import type { KubeTransport } from '../transport.ts';
import { pathOf, type StandingPolicyObject } from './standing-objects.ts';
import { conditionsToWrite, replicasOf, replicaToWrite, shadowToWrite } from './written-status.ts';

/** What a replica has counted. */
export interface Counted {
  /** What policies in mode Shadow said to it. */
  readonly shadows: () => readonly ShadowSummary[];
  /** What it decided under the policy of a revision. */
  readonly decided: (revision: string) => DecidedPods;
}

export interface ObjectStatusOptions {
  readonly transport: KubeTransport;
  /** Where the pods of the replicas run. */
  readonly namespace: string;
  /** Of this replica: the name of its pod. */
  readonly replica: string;
  readonly counted: Counted;
  /** Whether this replica writes for all. */
  readonly holds: () => boolean;
  readonly log: Logger;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

const CALL_WITHIN_MS = 10_000;

/**
 * Writes what became of the objects of the policy into their status. Every replica writes its own entry, with a field manager of its own; the
 * one that registers writes the conditions, and takes out entries of replicas that are gone. What stands already is not written again, and
 * a status changes no generation, so nobody judges the object anew because of it.
 */
export class ObjectStatus {
  readonly #options: ObjectStatusOptions;

  constructor(options: ObjectStatusOptions) {
    this.#options = options;
  }

  /** @throws ApiError, ClusterUnreachable, TimeoutError; what was written until then stays */
  async write(standing: readonly StandingPolicyObject[], judgement: JudgedObjects): Promise<void> {
    const { replica, holds, now, counted } = this.#options;
    for (const object of standing) {
      const own =
        replicaToWrite(object, replica, judgement, counted.decided, now()) ??
        shadowToWrite(object, replica, counted.shadows());
      if (own !== undefined) await this.#apply(object, `pillion-replica-${replica}`, { replicas: [own] });
      const said = holds() ? conditionsToWrite(object, judgement, now()) : undefined;
      if (said !== undefined) await this.#apply(object, 'pillion-policy-status', said);
    }
    if (holds()) await this.#forgetGone(standing);
  }

  /**
   * Who is gone is told by the pods. Where this replica is no pod itself, as on a developer’s machine, they tell nothing.
   */
  async #forgetGone(standing: readonly StandingPolicyObject[]): Promise<void> {
    const { transport, namespace, replica, log } = this.#options;
    const told = standing.filter((object) => replicasOf(object).some(({ name }) => name !== replica));
    if (told.length === 0) return;
    const pods = new Set<string>();
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    await pagedList(transport, path, this.#signal(), ({ name }) => pods.add(name));
    if (!pods.has(replica)) return;
    for (const object of told) {
      // from behind, so that the places of those before stay what they are
      const gone = replicasOf(object)
        .flatMap(({ name }, index) => (pods.has(name) ? [] : [{ name, index }]))
        .reverse();
      if (gone.length === 0) continue;
      const operations = gone.flatMap(({ name, index }) => [
        { op: 'test', path: `/status/replicas/${index}/name`, value: name },
        { op: 'remove', path: `/status/replicas/${index}` },
      ]);
      await this.#patch(object, 'application/json-patch+json', 'pillion-policy-status', operations);
      const replicas = gone.map(({ name }) => name);
      log.info({ object: object.source.file, replicas }, 'replicas that are gone were taken out of the status');
    }
  }

  async #apply({ source, ...object }: StandingPolicyObject, manager: string, status: object): Promise<void> {
    const { kind, name } = source;
    // the uid, so that an object of the same name that was made anew is not taken for this one
    const metadata = { name, uid: object.metadata.uid };
    const body = { apiVersion: 'pillion.io/v1alpha1', kind, metadata, status };
    await this.#patch({ source, ...object }, 'application/apply-patch+yaml', manager, body);
  }

  async #patch({ source }: StandingPolicyObject, contentType: string, manager: string, body: object): Promise<void> {
    const force = contentType.includes('apply') ? '&force=true' : '';
    const path = `${pathOf(source)}/status?fieldManager=${encodeURIComponent(manager)}${force}`;
    try {
      const response = await this.#options.transport.open({
        method: 'PATCH',
        path,
        contentType,
        body: JSON.stringify(body),
        signal: this.#signal(),
      });
      response.resume();
    } catch (error) {
      // deleted meanwhile
      if (!isNotFound(error)) throw error;
    }
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#options.signal, AbortSignal.timeout(CALL_WITHIN_MS)]);
  }
}
