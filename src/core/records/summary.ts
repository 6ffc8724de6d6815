import type { Verdict } from '../decision/reasons.ts';
import { isWorkloadController } from '../kubernetes/workload-controllers.ts';
import type { RecordFacts } from './record-facts.ts';
import { type ToldOf, toldOf } from './told-of.ts';

/** How many were decided in each way. */
export type Verdicts = Readonly<Record<Verdict, number>>;

export interface AuditSummary {
  readonly records: number;
  /** The first and the last of them; undefined when there are none. */
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** By what they tell of. */
  readonly toldOf: Readonly<Record<ToldOf, number>>;
  /** Of pods, as all that follows unless it says otherwise. */
  readonly verdicts: Verdicts;
  /** Also of workloads and of other changes; most first. */
  readonly reasons: readonly CountedReason[];
  readonly namespaces: readonly (Verdicts & { readonly namespace: string })[];
  /** Who applied workloads or made pods themselves. */
  readonly people: readonly CountedPerson[];
  /** Days in UTC, in their order, those without a pod left out. */
  readonly days: readonly (Verdicts & { readonly day: string })[];
}

export interface CountedReason {
  readonly of: 'pod' | 'workload' | 'change';
  readonly verdict: Verdict;
  readonly reason: string;
  readonly count: number;
}

export interface CountedPerson {
  readonly user: string;
  readonly workloads: number;
  readonly pods: number;
  /** Changes of namespaces, policies and Services. */
  readonly changes: number;
  /** Of all of these. */
  readonly refused: number;
}

const DAY_MS = 86_400_000;
const NOTHING: Verdicts = { inject: 0, skip: 0, deny: 0, allow: 0, error: 0 };

/** The names beyond so many are counted together: a log is written by whoever makes requests, and memory is not theirs. */
const MOST_NAMES = 10_000;

/** What names beyond `MOST_NAMES` are counted under; no name of Kubernetes has brackets. */
const OTHERS = '(others)';

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** Counts under a name, of which there are a bounded number. */
class Named<T> {
  readonly #counts = new Map<string, Writable<T>>();
  readonly #nothing: T;
  constructor(nothing: T) {
    this.#nothing = nothing;
  }
  of(name: string): Writable<T> {
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    if (this.#counts.size >= MOST_NAMES && name !== OTHERS) return this.of(OTHERS);
    const counts = { ...this.#nothing };
    this.#counts.set(name, counts);
    return counts;
  }
  entries(): readonly (readonly [string, T])[] {
    return [...this.#counts];
  }
}

/** Counts records, one by one, in any order; what it keeps does not grow with their number. */
export class Summarizer {
  #records = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #toldOf = { pod: 0, workload: 0, change: 0, beginning: 0, end: 0, copy: 0, trial: 0, other: 0 };
  readonly #verdicts = { ...NOTHING };
  readonly #reasons = new Map<string, Writable<CountedReason>>();
  readonly #namespaces = new Named(NOTHING);
  readonly #people = new Named({ workloads: 0, pods: 0, changes: 0, refused: 0 });
  readonly #days = new Map<number, Writable<Verdicts>>();

  /** @param ms its time, in milliseconds since 1970 */
  add(record: RecordFacts, ms: number): void {
    const of = toldOf(record);
    const { verdict } = record;
    this.#records += 1;
    if (ms < this.#firstMs) this.#firstMs = ms;
    if (ms > this.#lastMs) this.#lastMs = ms;
    this.#toldOf[of] += 1;
    if (of !== 'pod' && of !== 'workload' && of !== 'change') return;
    this.#reasonOf(of, verdict, record.reason).count += 1;
    const { user } = record;
    // a replica writes what it saw itself under no name
    if (user !== '' && !(of === 'pod' && record.controllerUid !== undefined && isWorkloadController(user))) {
      const person = this.#people.of(user);
      person[FIELDS[of]] += 1;
      if (verdict === 'deny') person.refused += 1;
    }
    if (of !== 'pod') return;
    this.#verdicts[verdict] += 1;
    this.#namespaces.of(record.namespace)[verdict] += 1;
    this.#dayOf(ms)[verdict] += 1;
  }

  get summary(): AuditSummary {
    const isEmpty = this.#records === 0;
    const total = ({ inject, skip, deny, allow, error }: Verdicts) => inject + skip + deny + allow + error;
    return {
      records: this.#records,
      from: isEmpty ? undefined : new Date(this.#firstMs).toISOString(),
      until: isEmpty ? undefined : new Date(this.#lastMs).toISOString(),
      toldOf: { ...this.#toldOf },
      verdicts: { ...this.#verdicts },
      reasons: [...this.#reasons.values()].sort(
        (one, other) => other.count - one.count || inOrder(one.reason, other.reason),
      ),
      namespaces: this.#namespaces
        .entries()
        .map(([namespace, verdicts]) => ({ namespace, ...verdicts }))
        .sort((one, other) => total(other) - total(one) || inOrder(one.namespace, other.namespace)),
      people: this.#people
        .entries()
        .map(([user, counts]) => ({ user, ...counts }))
        .sort((one, other) => askedBy(other) - askedBy(one) || inOrder(one.user, other.user)),
      days: [...this.#days]
        .sort(([one], [other]) => one - other)
        .map(([day, verdicts]) => ({ day: new Date(day * DAY_MS).toISOString().slice(0, 10), ...verdicts })),
    };
  }

  #reasonOf(of: CountedReason['of'], verdict: Verdict, reason: string): Writable<CountedReason> {
    const key = `${of} ${verdict} ${reason}`;
    const known = this.#reasons.get(key);
    if (known !== undefined) return known;
    const counted = { of, verdict, reason, count: 0 };
    this.#reasons.set(key, counted);
    return counted;
  }

  #dayOf(ms: number): Writable<Verdicts> {
    const day = Math.floor(ms / DAY_MS);
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    // of a log of more days than this, the last one takes what is left
    const counts =
      this.#days.size >= MOST_NAMES
        ? (this.#days.get(Math.max(...this.#days.keys())) ?? { ...NOTHING })
        : { ...NOTHING };
    if (this.#days.size < MOST_NAMES) this.#days.set(day, counts);
    return counts;
  }
}

const FIELDS = { pod: 'pods', workload: 'workloads', change: 'changes' } as const;

const askedBy = ({ workloads, pods, changes }: CountedPerson): number => workloads + pods + changes;

const inOrder = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
