import { type Static, Type } from 'typebox';
import { isObject } from '../json/is-object.ts';
import { parsedJson } from '../json/parsed.ts';
import { readValue } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';

const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

const MOST_CHARACTERS = 1000;

const Gate = Type.Object({
  gate: Text(63),
  state: Type.Enum(['passed', 'failed', 'unknown']),
  says: Text(MOST_CHARACTERS),
  next: Type.Optional(Text(MOST_CHARACTERS)),
});
type Gate = Static<typeof Gate>;

/** What gates came to, as it is kept: a sentence of any length is cut to what can be read back. */
export const keptGates = (gates: readonly Gate[]): Gate[] =>
  gates.map(({ gate, state, says, next }) => ({
    ...{ gate, state, says: says.slice(0, MOST_CHARACTERS) },
    ...(next !== undefined && next !== '' && { next: next.slice(0, MOST_CHARACTERS) }),
  }));

/** Something that was done to the rollout. */
const RolloutAction = Type.Object({
  /** When, as RFC 3339. */
  at: Text(40),
  /** The user whom the API server knows; `unknown` when it does not tell. */
  by: Text(500),
  did: Type.Enum(['Opened', 'RolledBack', 'Paused', 'Resumed']),
  stage: Type.Optional(Text(63)),
  /** Why it was paused, or opened although gates did not pass. */
  reason: Type.Optional(Text(500)),
  forced: Type.Optional(Type.Boolean()),
  gates: Type.Optional(Type.Array(Gate)),
});
export type RolloutAction = Static<typeof RolloutAction>;

/** A label that `open` wrote on a namespace. */
const WrittenLabel = Type.Object({
  stage: Text(63),
  namespace: Text(63),
  key: Text(317),
  value: Type.String({ maxLength: 63 }),
  /** What stood there before; null when nothing did. */
  before: Type.Union([Type.String({ maxLength: 63 }), Type.Null()]),
});
export type WrittenLabel = Static<typeof WrittenLabel>;

/** That a squad has read what will change for it. */
const Acknowledgement = Type.Object({
  stage: Text(63),
  squad: Text(253),
  /** Of the person. */
  name: Text(253),
  /** When, as RFC 3339. */
  time: Text(40),
  /** Digest of the briefing that was read. */
  digest: Text(64),
});
export type Acknowledgement = Static<typeof Acknowledgement>;

/** What the gates of a stage came to when somebody asked them and had it kept. */
const AskedGates = Type.Object({
  stage: Text(63),
  /** When, as RFC 3339. */
  at: Text(40),
  by: Text(500),
  gates: Type.Array(Gate),
});
export type AskedGates = Static<typeof AskedGates>;

const PARTS = {
  actions: RolloutAction,
  labels: WrittenLabel,
  acknowledgements: Acknowledgement,
  gates: AskedGates,
} as const;
type Part = keyof typeof PARTS;

/** What is kept of a rollout beside its plan. */
export interface RolloutRecord {
  /** The oldest first. */
  readonly actions: readonly RolloutAction[];
  /** The labels that stages which are open wrote. */
  readonly labels: readonly WrittenLabel[];
  /** The last of each squad for each stage. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** The last that was kept of each stage. */
  readonly gates: readonly AskedGates[];
  /** Lines that cannot be read. They are written back as they stand, since whoever broke one may want to mend it. */
  readonly unread: Readonly<Record<Part, readonly string[]>>;
}

const ALL_READ: RolloutRecord['unread'] = { actions: [], labels: [], acknowledgements: [], gates: [] };
export const EMPTY_RECORD: RolloutRecord = {
  ...{ actions: [], labels: [], acknowledgements: [], gates: [] },
  unread: ALL_READ,
};

/**
 * Reads the record from the data of its ConfigMap: an entry a line, each as JSON.
 * @returns also what is wrong with lines that were passed over, so that a record which somebody edited does not stop the rollout
 */
export function readRecord(data: Readonly<Record<string, string>>): {
  readonly record: RolloutRecord;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const unread: Record<Part, string[]> = { actions: [], labels: [], acknowledgements: [], gates: [] };
  const part = <P extends Part>(name: P): Static<(typeof PARTS)[P]>[] => {
    const text = Object.hasOwn(data, name) ? (data[name] ?? '') : '';
    return text.split('\n').flatMap((line, index) => {
      if (line.trim() === '') return [];
      const value = parsedJson(line);
      const read = isObject(value) ? readValue(PARTS[name], value) : undefined;
      if (read !== undefined && 'value' in read) return [read.value as Static<(typeof PARTS)[P]>];
      const why = read === undefined ? 'is no object' : `${read.problems[0]?.path} ${read.problems[0]?.message}`;
      unread[name].push(line);
      problems.push({ path: `/data/${name}`, message: `line ${index + 1} cannot be read and is passed over: ${why}` });
      return [];
    });
  };
  return {
    record: {
      actions: part('actions'),
      labels: part('labels'),
      acknowledgements: part('acknowledgements'),
      gates: part('gates'),
      unread,
    },
    problems,
  };
}

// half of what a ConfigMap holds is left for the labels, which a rollback needs and nothing thins
const MOST_ACTION_BYTES = 200_000;
const MOST_ACKNOWLEDGEMENT_BYTES = 150_000;
const MOST_GATE_BYTES = 50_000;
// the API server takes 1 MiB: https://kubernetes.io/docs/concepts/configuration/configmap/
const MOST_LABEL_BYTES = 500_000;

/**
 * The record as the data of its ConfigMap. The oldest actions, acknowledgements and answers of gates give way when there are too many.
 * @returns undefined for a record with more labels than a ConfigMap holds
 */
export function writeRecord({
  actions,
  labels,
  acknowledgements,
  gates,
  unread,
}: RolloutRecord): Record<string, string> | undefined {
  const written = [...unread.labels, ...linesOf(labels)].map(ended).join('');
  if (Buffer.byteLength(written) > MOST_LABEL_BYTES) return undefined;
  return {
    actions: newest([...unread.actions, ...linesOf(actions)], MOST_ACTION_BYTES),
    labels: written,
    acknowledgements: newest([...unread.acknowledgements, ...linesOf(acknowledgements)], MOST_ACKNOWLEDGEMENT_BYTES),
    gates: newest([...unread.gates, ...linesOf(gates)], MOST_GATE_BYTES),
  };
}

const linesOf = (entries: readonly object[]): readonly string[] => entries.map((entry) => JSON.stringify(entry));
const ended = (line: string): string => `${line}\n`;

function newest(lines: readonly string[], most: number): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.map(ended).toReversed()) {
    bytes += Buffer.byteLength(line);
    if (bytes > most) break;
    kept.push(line);
  }
  return kept.reverse().join('');
}

export const withAction = (record: RolloutRecord, action: RolloutAction): RolloutRecord => ({
  ...record,
  actions: [...record.actions, action],
});

const sameLabel = (one: WrittenLabel, other: WrittenLabel): boolean =>
  one.stage === other.stage && one.namespace === other.namespace && one.key === other.key;

/** Notes labels that are about to be written; of one that is noted already, what stood there before the first time stays. */
export function withLabels(record: RolloutRecord, labels: readonly WrittenLabel[]): RolloutRecord {
  const known = record.labels.filter((one) => !labels.some((label) => sameLabel(one, label)));
  const noted = labels.map((label) => {
    const earlier = record.labels.find((one) => sameLabel(one, label));
    return earlier === undefined ? label : { ...label, before: earlier.before };
  });
  return { ...record, labels: [...known, ...noted] };
}

/** Forgets labels that are taken away again. */
export const withoutLabels = (record: RolloutRecord, gone: readonly WrittenLabel[]): RolloutRecord => ({
  ...record,
  labels: record.labels.filter((one) => !gone.some((label) => sameLabel(one, label))),
});

/** Notes that a squad has read its briefing for a stage, in place of what it acknowledged before. */
export const withAcknowledgement = (record: RolloutRecord, given: Acknowledgement): RolloutRecord => ({
  ...record,
  acknowledgements: [
    ...record.acknowledgements.filter(({ stage, squad }) => stage !== given.stage || squad !== given.squad),
    given,
  ],
});

/** Notes what the gates of a stage came to, in place of what they came to before. */
export const withAskedGates = (record: RolloutRecord, asked: AskedGates): RolloutRecord => ({
  ...record,
  gates: [...record.gates.filter(({ stage }) => stage !== asked.stage), asked],
});
