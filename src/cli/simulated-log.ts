import { OfflineNamespaces } from '../core/namespaces/offline-namespaces.ts';
import type { Problem } from '../core/problem/problem.ts';
import { allKnown } from '../core/simulation/known-labels.ts';
import { type LoggedDecision, logEntry, PASSED_OVER } from '../core/simulation/log-entry.ts';
import { decidedThen, simulateLogged } from '../core/simulation/simulate-logged.ts';
import type { Tally } from '../core/simulation/tally.ts';
import { type BrokenLines, MOST_PROBLEMS } from './broken-lines.ts';
import { eachJsonLine } from './each-json-line.ts';
import type { Environment } from './environment.ts';
import type { Policies } from './simulated-objects.ts';

/** What became of the lines of a log. */
export interface LogLines extends BrokenLines {
  readonly read: number;
  /** By reason: lines that decide nothing about a pod. */
  readonly passedOver: Readonly<Record<keyof typeof PASSED_OVER, number>>;
}

interface LogFlags {
  readonly audit: readonly string[];
  readonly namespaceLabel?: string[];
}

/** The policies, and whether what was logged counts in place of the first. */
export interface LogPolicies extends Policies {
  readonly asLogged: boolean;
}

/**
 * Adds what is decided in each line of logs, and what the other policy decides about the same pod. Line by line: a log may hold more
 * than fits into memory.
 * @throws Fault PIL001, PIL003
 */
export async function simulateLogs(
  flags: LogFlags,
  { before, after, asLogged }: LogPolicies,
  environment: Pick<Environment, 'readBytes'>,
  tally: Tally,
): Promise<LogLines> {
  const namespaces = new OfflineNamespaces([], flags.namespaceLabel ?? []);
  const problems: Problem[] = [];
  const passedOver = { second: 0, hook: 0, trial: 0, foreign: 0 };
  let [read, broken] = [0, 0];
  const decide = (decision: LoggedDecision) => {
    const { namespace } = decision.examinee;
    const labels = namespaces.knows(namespace) ? allKnown(namespaces.get(namespace).labels) : undefined;
    const was = asLogged ? decidedThen(decision, before, labels) : simulateLogged(decision, before, labels);
    tally.add(decision.examinee, was, simulateLogged(decision, after, labels));
  };
  const use = (value: unknown): Problem | undefined => {
    const entry = logEntry(value);
    if (entry.kind === 'broken') return entry.problem;
    if (entry.kind === 'decision') decide(entry);
    else passedOver[entry.kind] += 1;
    return undefined;
  };
  for (const path of new Set(flags.audit)) {
    const lines = await eachJsonLine(path, environment, use);
    read += lines.read;
    broken += lines.broken;
    problems.push(...lines.problems);
  }
  return { read, broken, problems: problems.slice(0, MOST_PROBLEMS), passedOver };
}

/** How many lines decide nothing about a pod, and why; empty where there are none. */
export function passedOverText({ passedOver }: LogLines): string {
  const told = (Object.keys(PASSED_OVER) as (keyof typeof PASSED_OVER)[])
    .filter((why) => passedOver[why] > 0)
    .map((why) => `  ${passedOver[why]} ${PASSED_OVER[why]}\n`);
  return told.length === 0 ? '' : `lines passed over:\n${told.join('')}`;
}
