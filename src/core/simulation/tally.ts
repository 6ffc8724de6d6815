import type { Owner } from '../kubernetes/owner.ts';
import { CHANGES, type Change, type ChangeKind, changeBetween } from './change.ts';
import type { Outcome, Simulated, Unknown } from './outcome.ts';

/** Whose pods a decision is about. */
export interface Examinee extends Pick<Owner, 'kind' | 'name'> {
  readonly namespace: string;
  /** How many pods it is made for. */
  readonly pods: number;
}

/** What is told of a decision beside the change. */
type Told = Pick<Outcome, 'verdict' | 'reason' | 'rule' | 'profile'>;

/** A change that is the same for all these pods of one owner. */
export interface ChangedOwner extends Examinee {
  readonly change: ChangeKind;
  readonly before: Told;
  readonly after: Told;
  readonly differences: Change['differences'];
}

/** Pods of one owner that cannot be decided about under one of the policies. */
export interface UnknownOwner extends Examinee, Unknown {
  readonly before?: Told;
}

/** How many pods, by what would become of them. */
export interface Counts extends Readonly<Record<ChangeKind, number>> {
  readonly examined: number;
  readonly unchanged: number;
  readonly unknown: number;
}

/** What changes between two policies. */
export interface Simulation {
  readonly counts: Counts;
  readonly changes: readonly ChangedOwner[];
  readonly unknown: readonly UnknownOwner[];
}

/** Collects decisions one after another; only those that change are kept, once for each owner. */
export interface Tally {
  add(examinee: Examinee, before: Simulated, after: Simulated): void;
  result(): Simulation;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function newTally(): Tally {
  const counts: Mutable<Counts> = {
    ...{ examined: 0, unchanged: 0, unknown: 0 },
    ...{ refused: 0, lose: 0, gain: 0, pass: 0, different: 0, reason: 0 },
  };
  const changes = new Map<string, Mutable<ChangedOwner>>();
  const unknown = new Map<string, Mutable<UnknownOwner>>();
  return {
    add(examinee, before, after) {
      const { pods } = examinee;
      counts.examined += pods;
      if ('unknown' in before || 'unknown' in after) {
        counts.unknown += pods;
        const known = 'outcome' in before ? { before: toldOf(before.outcome) } : {};
        const missing = 'unknown' in after ? after.unknown : 'unknown' in before ? before.unknown : { missing: [] };
        collect(unknown, { ...examinee, ...missing, ...known });
        return;
      }
      const change = changeBetween(before.outcome, after.outcome);
      if (change === undefined) {
        counts.unchanged += pods;
        return;
      }
      counts[change.kind] += pods;
      const { kind, differences } = change;
      const told = { before: toldOf(before.outcome), after: toldOf(after.outcome) };
      collect(changes, { ...examinee, change: kind, ...told, differences });
    },
    result: () => ({
      counts,
      changes: [...changes.values()].sort((one, other) => rankOf(one) - rankOf(other) || inOrder(one, other)),
      unknown: [...unknown.values()].sort(inOrder),
    }),
  };
}

function collect<T extends Examinee>(into: Map<string, Mutable<T>>, { pods, ...rest }: T): void {
  const key = JSON.stringify(rest);
  const known = into.get(key);
  if (known === undefined) into.set(key, { ...rest, pods } as unknown as Mutable<T>);
  else known.pods += pods;
}

const toldOf = ({ verdict, reason, rule, profile }: Outcome): Told => ({
  verdict,
  reason,
  rule,
  ...(profile === undefined ? {} : { profile }),
});

const KINDS = Object.keys(CHANGES);
const rankOf = ({ change }: ChangedOwner): number => KINDS.indexOf(change);

// by code units, so that the order is the same everywhere
function inOrder(one: Examinee, other: Examinee): number {
  const [first, second] = [one, other].map(({ namespace, kind, name }) => `${namespace}\0${kind}\0${name}`);
  return (first ?? '') < (second ?? '') ? -1 : 1;
}
