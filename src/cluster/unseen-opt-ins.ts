import type { Logger } from 'pino';
import type { DecisionRecord } from '../core/api/decision-record.ts';
import type { Namespace } from '../core/kubernetes/namespace.ts';
import { stampsFit, unseenChange, unseenChangeRecord } from '../core/namespaces/unseen-change.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import type { ObjectMetadata } from './object-metadata.ts';

export interface UnseenOptInsOptions {
  /** The policy in force. */
  readonly policy: () => ActivePolicy;
  readonly write: (record: DecisionRecord) => void;
  readonly log: Logger;
  readonly metrics: { unseen(change: 'opened' | 'closed'): void; unfitting(count: number): void };
  readonly now: () => Date;
}

// enough to begin with; the metric has the number
const NAMES_LOGGED = 10;

/**
 * Tells of namespaces that were opted in or out without Pillion being asked: while it was down, or through a subresource, which
 * no webhook of ours is called for. Somebody who writes label and stamp there at once is not told apart from Pillion.
 */
export class UnseenOptIns {
  readonly #options: UnseenOptInsOptions;
  #counted = false;

  constructor(options: UnseenOptInsOptions) {
    this.#options = options;
  }

  /** Looks at one change that the watch saw; `before` is undefined for a namespace that is new. */
  compare(before: Namespace | undefined, after: Namespace, object: ObjectMetadata): void {
    const { policy, write, log, metrics, now } = this.#options;
    const inForce = policy();
    // the labels of a namespace that is being deleted matter no more, and its stamps are left alone
    if (object.deletionTimestamp !== undefined) return;
    const change = unseenChange(before, after, inForce);
    if (change === undefined) return;
    const record = unseenChangeRecord(change, object, inForce, now());
    const { course } = change;
    metrics.unseen(course);
    log.warn(
      { namespace: after.name, change: course, recordId: record.recordId },
      'the opt-in of a namespace was changed without Pillion being asked; the audit log of the API server has who did it',
    );
    write(record);
  }

  /** Counts the namespaces whose stamps do not fit their labels; those of the first list go into the log, in one line. */
  count(namespaces: ReadonlyMap<string, Namespace>): void {
    const { policy, log, metrics } = this.#options;
    const inForce = policy();
    const unfitting = [...namespaces.values()].filter((namespace) => !stampsFit(namespace, inForce));
    metrics.unfitting(unfitting.length);
    if (this.#counted) return;
    this.#counted = true;
    if (unfitting.length === 0) return;
    const names = unfitting.map(({ name }) => name).sort();
    log.warn(
      { count: names.length, namespaces: names.slice(0, NAMES_LOGGED) },
      'namespaces were opted in or out before Pillion was installed or while it was down: their stamps do not say what their labels say',
    );
  }
}
