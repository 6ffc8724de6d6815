import type { DecisionRecord } from '../core/api/decision-record.ts';
import type { Outcome, ShadowAnswer } from '../core/decision/shadows.ts';
import { isoTime } from '../core/json/iso-time.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { ownerNameOf } from '../core/records/owner-name.ts';

/** What a policy in mode Shadow said to one replica: small enough for the status of the policy. */
export interface ShadowSummary {
  readonly policy: string;
  readonly revision: string;
  /** When this replica began to ask it. */
  readonly since: string;
  readonly decisions: number;
  readonly differing: number;
  readonly failed: number;
  /** The owners of the last decisions that differ, each once, the last one first. */
  readonly recent: readonly DifferingOwner[];
}

/** Whose pods would be treated otherwise. */
export interface DifferingOwner {
  readonly namespace: string;
  /** Such as `Deployment/web`. */
  readonly owner: string;
  readonly before: Outcome;
  readonly after: Outcome;
  readonly differs: ShadowAnswer['differs'];
  /** When it was decided the last time. */
  readonly time: string;
}

/** How many owners are kept of each policy. */
const MOST_OWNERS = 10;

interface Tally {
  readonly revision: string;
  readonly since: string;
  decisions: number;
  differing: number;
  failed: number;
  // the last one at the end
  readonly owners: Map<string, DifferingOwner>;
}

/**
 * Counts what policies in mode Shadow say, since this process asks them. The names come from reviews, whose callers are not always
 * proven: a summary is advice for an operator, and nothing is decided by it.
 */
export class ShadowSummaries {
  readonly #now: () => Date;
  #tallies: ReadonlyMap<string, Tally> = new Map();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** These are asked from now on: one that is as it was goes on being counted, others begin anew. */
  follow(shadows: readonly Pick<ActivePolicy, 'name' | 'revision'>[]): void {
    const since = isoTime(this.#now());
    this.#tallies = new Map(
      shadows.map(({ name, revision }) => {
        const known = this.#tallies.get(name);
        const fresh: Tally = { revision, since, decisions: 0, differing: 0, failed: 0, owners: new Map() };
        return [name, known?.revision === revision ? known : fresh];
      }),
    );
  }

  /** Counts what they say about one pod or workload; what was only tried is not counted. */
  note(record: DecisionRecord, answers: readonly ShadowAnswer[]): void {
    if (record.dryRun) return;
    for (const answer of answers) {
      const tally = this.#tallies.get(answer.policy.name);
      if (tally?.revision !== answer.policy.revision) continue;
      tally.decisions += 1;
      if (answer.result === 'failed') tally.failed += 1;
      if (answer.result !== 'differs') continue;
      tally.differing += 1;
      keep(tally.owners, record, answer);
    }
  }

  /** What was counted until now, in the order of the policies. */
  get current(): readonly ShadowSummary[] {
    return [...this.#tallies].map(([policy, { owners, ...counts }]) => ({
      policy,
      ...counts,
      recent: [...owners.values()].reverse(),
    }));
  }
}

function keep(owners: Map<string, DifferingOwner>, record: DecisionRecord, answer: ShadowAnswer): void {
  const { namespace, time } = record;
  const owner = ownerNameOf(record);
  const key = JSON.stringify([namespace, owner]);
  const { before, after, differs } = answer;
  owners.delete(key);
  owners.set(key, { namespace, owner, before, after, differs, time });
  for (const oldest of owners.keys()) {
    if (owners.size <= MOST_OWNERS) return;
    owners.delete(oldest);
  }
}
