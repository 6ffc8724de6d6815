import { ownerNameOf } from './owner-name.ts';
import type { RecordFacts } from './record-facts.ts';

/** Which records are asked for: each list is one question, and of its values one has to hold. An empty list asks nothing. */
export interface RecordFilter {
  /** In milliseconds since 1970, both included. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly namespaces: readonly string[];
  /** `Deployment/web`, also in small letters, or `web` of whatever kind. */
  readonly workloads: readonly string[];
  readonly tribes: readonly string[];
  readonly squads: readonly string[];
  readonly users: readonly string[];
  readonly verdicts: readonly string[];
  readonly reasons: readonly string[];
  /** By name. */
  readonly policies: readonly string[];
  readonly profiles: readonly string[];
}

/** The filter that keeps everything. */
export const EVERY_RECORD: RecordFilter = {
  ...{ sinceMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY },
  ...{ namespaces: [], workloads: [], tribes: [], squads: [], users: [] },
  ...{ verdicts: [], reasons: [], policies: [], profiles: [] },
};

/** Who applied the workload that a record led to: counts beside its own user and owner. */
type AppliedBy = { readonly user: string; readonly kind: string; readonly name: string };

/** Says of a record and its time whether it is asked for. */
export type Wanted = (record: RecordFacts, ms: number, appliedBy?: AppliedBy) => boolean;

/** Makes the question of a filter; only what it asks is looked at. */
export function wantedBy(filter: RecordFilter): Wanted {
  const { sinceMs, untilMs, workloads, users } = filter;
  const questions: ((record: RecordFacts, appliedBy?: AppliedBy) => boolean)[] = [];
  const ask = (wanted: readonly string[], told: (record: RecordFacts) => string | undefined): void => {
    if (wanted.length === 0) return;
    const values = new Set<string | undefined>(wanted);
    questions.push((record) => values.has(told(record)));
  };
  ask(filter.namespaces, ({ namespace }) => namespace);
  ask(filter.verdicts, ({ verdict }) => verdict);
  ask(filter.reasons, ({ reason }) => reason);
  ask(filter.profiles, ({ profile }) => profile);
  ask(filter.tribes, ({ tribe }) => tribe);
  ask(filter.squads, ({ squad }) => squad);
  ask(filter.policies, ({ policy }) => policy.name);
  if (users.length > 0)
    questions.push(({ user }, by) => users.includes(user) || (by !== undefined && users.includes(by.user)));
  if (workloads.length > 0) {
    const named = workloads.map(workloadNamed);
    const isNamed = (kind: string, name: string) =>
      named.some((wanted) => wanted.name === name && (wanted.kind === '' || wanted.kind === kind.toLowerCase()));
    questions.push(
      (record, by) =>
        isNamed(...partsOf(ownerNameOf(record))) ||
        (by !== undefined && by.kind !== 'Pod' && isNamed(by.kind, by.name)),
    );
  }
  return (record, ms, appliedBy) =>
    ms >= sinceMs && ms <= untilMs && questions.every((question) => question(record, appliedBy));
}

/** The kind in small letters, empty when only a name is given. */
function workloadNamed(text: string): { readonly kind: string; readonly name: string } {
  const [kind, name] = partsOf(text);
  return { kind: SHORT.get(kind.toLowerCase()) ?? kind.toLowerCase(), name };
}

function partsOf(text: string): readonly [kind: string, name: string] {
  const slash = text.indexOf('/');
  return slash === -1 ? ['', text] : [text.slice(0, slash), text.slice(slash + 1)];
}

// as kubectl knows them
const SHORT: ReadonlyMap<string, string> = new Map([
  ['deploy', 'deployment'],
  ['deployments', 'deployment'],
  ['sts', 'statefulset'],
  ['statefulsets', 'statefulset'],
  ['ds', 'daemonset'],
  ['daemonsets', 'daemonset'],
  ['rs', 'replicaset'],
  ['replicasets', 'replicaset'],
  ['rc', 'replicationcontroller'],
  ['cj', 'cronjob'],
  ['cronjobs', 'cronjob'],
  ['jobs', 'job'],
  ['po', 'pod'],
  ['pods', 'pod'],
]);
