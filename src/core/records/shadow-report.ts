import type { DecisionRecord, RecordedShadow } from '../api/decision-record.ts';
import type { Outcome } from '../decision/shadows.ts';
import { ownerNameOf } from './owner-name.ts';
import { toldOf } from './told-of.ts';

/** What policies in mode Shadow would have decided otherwise, by whose pods. */
export interface ShadowReport {
  /** Pods that were decided about. */
  readonly pods: number;
  /** Workloads that somebody applied. */
  readonly forecasts: number;
  readonly policies: readonly ReportedShadow[];
}

/** One policy as it was at one time: when it changes, another one begins. */
export interface ReportedShadow {
  readonly policy: string;
  readonly revision: string;
  /** Pods and forecasts that differ. */
  readonly pods: number;
  readonly forecasts: number;
  /** How often it could not be asked. */
  readonly failed: number;
  readonly changes: readonly ReportedChange[];
}

/** What would become otherwise of the pods of one owner, counted. */
export interface ReportedChange {
  readonly namespace: string;
  /** Such as `Deployment/web`. */
  readonly owner: string;
  readonly before: Outcome & { readonly profile?: string };
  readonly after: Outcome & { readonly profile?: string };
  readonly differs: RecordedShadow['differs'];
  /** Where in the sidecar. */
  readonly places: readonly string[];
  pods: number;
  forecasts: number;
  /** Who applied the workload the last time, where that was recorded. */
  appliedBy?: string;
  first: string;
  last: string;
  /** The record of the last one. */
  recordId: string;
}

interface Tally {
  readonly policy: string;
  readonly revision: string;
  pods: number;
  forecasts: number;
  failed: number;
  readonly changes: Map<string, ReportedChange>;
}

/**
 * Takes the report from records, one by one, in any order: a log may hold more than fits into memory, and only owners whose pods differ are
 * kept. A pod is counted where it is decided about, and not again where its creation ends; an object that a controller made for
 * another one is left to the record of that one; trials are left out.
 */
export class ShadowReporter {
  #pods = 0;
  #forecasts = 0;
  readonly #tallies = new Map<string, Tally>();

  add(record: DecisionRecord): void {
    const kind = kindOf(record);
    if (kind === undefined) return;
    if (kind === 'pod') this.#pods += 1;
    else this.#forecasts += 1;
    for (const shadow of record.shadows ?? []) count(this.#tallyOf(shadow), shadow, record, kind);
  }

  get report(): ShadowReport {
    const policies = [...this.#tallies.values()].map(({ changes, ...tally }) => ({
      ...tally,
      changes: [...changes.values()].sort(
        (one, other) =>
          other.pods + other.forecasts - one.pods - one.forecasts || (placeOf(one) < placeOf(other) ? -1 : 1),
      ),
    }));
    return { pods: this.#pods, forecasts: this.#forecasts, policies };
  }

  #tallyOf({ policy, revision }: RecordedShadow): Tally {
    const key = JSON.stringify([policy, revision]);
    const known = this.#tallies.get(key) ?? { policy, revision, pods: 0, forecasts: 0, failed: 0, changes: new Map() };
    this.#tallies.set(key, known);
    return known;
  }
}

/** What a record tells of; undefined for what is not counted. */
function kindOf(record: DecisionRecord): 'pod' | 'forecast' | undefined {
  if (record.verdict === 'error') return undefined;
  const of = toldOf(record);
  if (of === 'workload') return 'forecast';
  return of === 'pod' ? 'pod' : undefined;
}

function count(tally: Tally, shadow: RecordedShadow, record: DecisionRecord, kind: 'pod' | 'forecast'): void {
  if (shadow.verdict === 'error') {
    tally.failed += 1;
    return;
  }
  const { namespace, time, recordId, user } = record;
  const owner = ownerNameOf(record);
  const { verdict, reason } = shadow.against ?? record;
  const profiles = shadow.differs.includes('profile') && record.profile !== undefined;
  const before = { verdict, reason, ...(profiles ? { profile: record.profile } : {}) };
  const after = {
    ...{ verdict: shadow.verdict, reason: shadow.reason },
    ...(profiles && shadow.profile !== undefined ? { profile: shadow.profile } : {}),
  };
  const { differs, places = [] } = shadow;
  const key = JSON.stringify([namespace, owner, before, after]);
  const counted = { pods: 0, forecasts: 0, first: time, last: time, recordId };
  const change = tally.changes.get(key) ?? { namespace, owner, before, after, differs, places, ...counted };
  tally.changes.set(key, change);
  const field = kind === 'pod' ? 'pods' : 'forecasts';
  change[field] += 1;
  tally[field] += 1;
  if (time < change.first) change.first = time;
  if (time < change.last) return;
  change.last = time;
  change.recordId = recordId;
  if (kind === 'forecast') change.appliedBy = user;
}

const placeOf = ({ namespace, owner }: ReportedChange): string => `${namespace}/${owner}`;
