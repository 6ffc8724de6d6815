import { type Command, InvalidArgumentError, Option } from 'commander';
import { DecisionRecord } from '../core/api/decision-record.ts';
import { nearest } from '../core/decision/nearest.ts';
import { REASONS } from '../core/decision/reasons.ts';
import { quoted } from '../core/problem/quoted.ts';
import { ASKED_TIMES, askedTime } from '../core/records/asked-time.ts';
import { EVERY_RECORD, type RecordFilter } from '../core/records/record-filter.ts';
import { collect } from './command-flags.ts';
import type { Environment } from './environment.ts';

/** The flags that choose records; each may be given several times. */
export interface FilterFlags {
  readonly since?: number;
  readonly until?: number;
  readonly namespace?: string[];
  readonly workload?: string[];
  readonly tribe?: string[];
  readonly squad?: string[];
  readonly user?: string[];
  readonly verdict?: string[];
  readonly reason?: string[];
  readonly policy?: string[];
  readonly profile?: string[];
}

/** For commands that look at some records of a log. */
export function withRecordFilter(command: Command, { now }: Pick<Environment, 'now'>): Command {
  const many = (flags: string, description: string) => command.option(flags, `${description} (repeatable)`, collect);
  command
    .option('--since <time>', `from then on: ${ASKED_TIMES}`, timeMeant(now, 'start'))
    .option('--until <time>', 'up to then, likewise; a day to its end', timeMeant(now, 'end'));
  many('-n, --namespace <name>', 'only of this namespace');
  many('--workload <[kind/]name>', 'only about pods of this workload, such as deploy/web or web, or a bare pod');
  many('--tribe <name>', 'only of this tribe');
  many('--squad <name>', 'only of this squad');
  many('--user <name>', 'only what this user asked for, by a workload or by the request itself');
  command
    .addOption(oneOf('--verdict <verdict>', 'only with this verdict', DecisionRecord.properties.verdict.enum))
    .addOption(oneOf('--reason <reason>', 'only for this reason; docs/reasons.md has all', [...REASONS.keys()]));
  many('--policy <name>', 'only as decided by this policy');
  return many('--profile <name>', 'only with this profile');
}

/** The filter that flags say. */
export const filterOf = (flags: FilterFlags): RecordFilter => ({
  sinceMs: flags.since ?? EVERY_RECORD.sinceMs,
  untilMs: flags.until ?? EVERY_RECORD.untilMs,
  namespaces: flags.namespace ?? [],
  workloads: flags.workload ?? [],
  tribes: flags.tribe ?? [],
  squads: flags.squad ?? [],
  users: flags.user ?? [],
  verdicts: flags.verdict ?? [],
  reasons: flags.reason ?? [],
  policies: flags.policy ?? [],
  profiles: flags.profile ?? [],
});

/** What reads a time that somebody means, in milliseconds since 1970. */
export const timeMeant = (now: () => Date, end: 'start' | 'end') => (text: string) => {
  const ms = askedTime(text, now(), end);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError(`Give ${ASKED_TIMES}.`);
};

// of so many words a list of all is no help, the one that was meant is
const FEW = 8;

/** A flag that takes some of many words, each time one. */
export function oneOf(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, `${description} (repeatable)`).argParser((word: string, before: string[] | undefined) => {
    if (words.includes(word)) return [...(before ?? []), word];
    const near = nearest(word, words);
    const all = words.length <= FEW ? ` There are ${words.join(', ')}.` : '';
    throw new InvalidArgumentError(
      near === undefined ? `${quoted(word)} is none.${all}` : `Did you mean ${near}?${all}`,
    );
  });
}
