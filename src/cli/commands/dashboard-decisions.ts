import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../cluster/backoff.ts';
import { DashboardClient, DashboardRefused } from '../../cluster/dashboard-client/dashboard-client.ts';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import type { FeedEntry } from '../../core/dashboard/decisions.ts';
import { type DashboardFlags, withDashboard } from '../dashboard-call.ts';
import type { Environment } from '../environment.ts';
import { feedLine } from '../output/feed-line.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface DashboardDecisionsFlags extends DashboardFlags {
  readonly namespace?: string;
  readonly workload?: string;
  readonly tribe?: string;
  readonly squad?: string;
  readonly user?: string;
  readonly verdict?: string[];
  readonly reason?: string[];
  readonly hook?: string[];
  /** How many of those that were made before are told. */
  readonly last: number;
  readonly follow?: boolean;
  readonly output: OutputFormat;
}

/**
 * `pillion dashboard decisions`: prints the decisions that the replicas remember, the newest last; with `follow` goes on with what is decided.
 * @returns 0, with `follow` when it is interrupted
 * @throws Fault PIL003, PIL006, PIL013
 */
export function dashboardDecisions(flags: DashboardDecisionsFlags, environment: Environment): Promise<number> {
  const { last, follow = false, output } = flags;
  if (follow && output === 'yaml') throw usage('-o yaml has an end; with --follow: human, json');
  const query = queryOf(flags);
  return withDashboard(flags, environment, async (access) => {
    const client = new DashboardClient(access);
    const ending = new AbortController();
    const { signal } = ending;
    const forget = environment.onInterrupt(() => ending.abort());
    const tell = ({ record }: FeedEntry) =>
      environment.stdout(output === 'human' ? feedLine(record, environment.colour) : `${JSON.stringify(record)}\n`);
    try {
      const limited = { ...query, limit: String(last) };
      const { items, remarks, position } = await client.get({ route: 'decisions', path: {}, query: limited }, signal);
      for (const { what, next } of remarks) environment.stderr(`${what} ${next}\n`);
      const entries = items.toReversed();
      if (output === 'human' || follow) for (const entry of entries) tell(entry);
      else environment.stdout(structured(entries.map(recordOf), output));
      if (entries.length === 0 && output === 'human' && !follow) environment.stderr('no decision that is asked for\n');
      if (follow) await followOn(client, query, position ?? entries.at(-1)?.id, { tell, signal, environment });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      forget();
    }
    return 0;
  });
}

const recordOf = ({ record }: FeedEntry): DecisionRecord => record;

interface Following {
  readonly tell: (entry: FeedEntry) => void;
  readonly signal: AbortSignal;
  readonly environment: Environment;
}

/** Goes on behind what was told, also where the stream breaks off, until it is interrupted. */
async function followOn(
  client: DashboardClient,
  query: Readonly<Record<string, string>>,
  begin: string | undefined,
  { tell, signal, environment }: Following,
): Promise<void> {
  const backoff = new Backoff(Math.random);
  let after = begin;
  let told = '';
  while (!signal.aborted) {
    let broke = 'it ended';
    try {
      for await (const { id, entry } of client.follow({ route: 'decisionStream', path: {}, query }, after, signal)) {
        if (entry !== undefined) tell(entry);
        after = id || after;
        told = '';
        backoff.reset();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DashboardRefused && error.status < 500 && error.status !== 429) throw error;
      broke = (error as Error).message;
    }
    // an answer that ends in time, as of a replica that is restarted, is no news
    if (broke !== 'it ended' && broke !== told)
      environment.stderr(`the feed broke off, and is taken up again: ${broke}\n`);
    told = broke;
    await sleep(backoff.nextMs(), undefined, { signal });
  }
}

function queryOf(flags: DashboardDecisionsFlags): Readonly<Record<string, string>> {
  const { namespace, workload, tribe, squad, user } = flags;
  const one = Object.entries({ namespace, workload, tribe, squad, user });
  const many = Object.entries({ verdict: flags.verdict, reason: flags.reason, hook: flags.hook });
  const said = [...one, ...many.map(([name, values]) => [name, values?.join(',')] as const)];
  return Object.fromEntries(said.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
