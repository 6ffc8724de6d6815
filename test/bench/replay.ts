import { admit } from '../../src/core/admission/admit.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { type LoggedDecision, logEntry } from '../../src/core/simulation/log-entry.ts';
import { decidedThen, simulateLogged } from '../../src/core/simulation/simulate-logged.ts';
import { newTally } from '../../src/core/simulation/tally.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { interleaved, type PairResult, type Rounds } from './interleaved.ts';
import { ORDINARY, SILENT } from './reviews.ts';
import { benchSnapshot } from './snapshot.ts';

/** Another policy tried on the lines of a log, against JSON.parse of the same lines: microseconds a record, one core. */
export interface ReplayFigure extends PairResult {
  readonly name: string;
  readonly lineBytes: number;
  /** Of processor time, which a busy machine lengthens less than the time of the clock: from the line to the tally. */
  readonly cpuMicroseconds: number;
  /** The same without reading: from the parsed and checked record to the tally. */
  readonly decidingCpuMicroseconds: number;
}

// so that a call is long against the clock
const LINES = 200;

/** Measures the replay of records under a policy that reads what they hold, and under one that asks for a label that they lack. */
export function measureReplay(rounds: Rounds): ReplayFigure[] {
  const lines = linesOfLog();
  const lineBytes = Math.round(lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / lines.length);
  const entries = lines.map(decisionIn);
  const policies = {
    'records, another policy': policyWith({ optIn: { autoInject: 'enabled' }, spec: { protectedNamespaces: ['db'] } }),
    'records that lack a label': policyWith({ spec: { exclusions: [OF_TEAM] } }),
  };
  return Object.entries(policies).map(([name, policy]) => {
    const pair = {
      subject: () => replayed(lines, policy),
      anchor: () => lines.map((line): unknown => JSON.parse(line)),
    };
    const { subject, anchor, ratio } = interleaved(pair, rounds);
    const cpuMicroseconds = cpuOf(pair.subject) / LINES;
    const decidingCpuMicroseconds = cpuOf(() => tallied(entries, policy)) / LINES;
    const times = { subject: subject / LINES, anchor: anchor / LINES, ratio };
    return { name, lineBytes, ...times, cpuMicroseconds, decidingCpuMicroseconds };
  });
}

const OF_TEAM = { podSelector: { matchLabels: { team: 'a' } }, reason: 'moves to another mesh', expires: '2099-12-31' };

/** Records as a server writes them: pods that ask and pods that do not, in turn. */
function linesOfLog(): readonly string[] {
  const snapshot = benchSnapshot(1);
  const now = new Date('2026-11-03T10:00:00Z');
  return Array.from({ length: LINES }, (_, index) => {
    const asks = index % 2 === 0;
    const hook = asks ? ('inject' as const) : ('warn' as const);
    const body = JSON.parse((asks ? ORDINARY : SILENT).bytes.toString('utf8'));
    const admission = admit(body, snapshot, { hook, now, caller: 'Unauthenticated' });
    if (admission.kind !== 'answered') throw new Error('the review of the benchmark cannot be answered');
    return JSON.stringify({ ...admission.record, durationMicroseconds: 100 + index });
  });
}

const replayed = (lines: readonly string[], policy: ActivePolicy) => tallied(lines.map(decisionIn), policy);

function decisionIn(line: string): LoggedDecision {
  const entry = logEntry(JSON.parse(line));
  if (entry.kind !== 'decision') throw new Error('a line of the benchmark is passed over');
  return entry;
}

function tallied(entries: readonly LoggedDecision[], policy: ActivePolicy) {
  const tally = newTally();
  for (const entry of entries)
    tally.add(entry.examinee, decidedThen(entry, policy, undefined), simulateLogged(entry, policy, undefined));
  return tally.result();
}

const CPU_MS = 1_000;

/** Processor time of a call in microseconds, all threads of the process together. */
function cpuOf(task: () => unknown): number {
  const before = process.cpuUsage();
  const end = performance.now() + CPU_MS;
  let calls = 0;
  while (performance.now() < end) {
    task();
    calls += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
