import { useEffect, useMemo, useState } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.ts';
import { useFeed } from '../api/use-feed.ts';
import { Filters } from '../parts/filters.tsx';
import { localDay } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import type { Route } from '../route.ts';
import { choicesOf } from './choices.ts';
import { DecisionRow } from './decision-row.tsx';
import { FeedStanding } from './feed-standing.tsx';
import { DECISIONS_AT_ONCE, OlderDecisions } from './older-decisions.tsx';

const KEYS = ['namespace', 'workload', 'tribe', 'squad', 'verdict', 'reason', 'user', 'hook'] as const;
const VERDICTS = ['inject', 'skip', 'deny', 'allow', 'error'];
const HOOKS = ['inject', 'warn', 'workloads', 'namespaces', 'policies', 'services', 'watch'];

/** What was decided lately, and what is being decided. */
export function DecisionsPage({ route }: { route: Route }) {
  const query = KEYS.map((key) => [key, route.query.get(key) ?? ''] as const);
  const answered = useAnswer('decisions', { query: [...query, ['limit', String(DECISIONS_AT_ONCE)]] });
  const feed = useFeed(query, answered.answer);
  const records = useMemo(() => ({ items: feed.entries.map(({ record }) => record) }), [feed.entries]);
  const choices = choicesOf(records, ['namespace', 'tribe', 'squad', 'reason', 'user']);
  // more than one reads, until somebody asks for older ones
  const [most, setMost] = useState(DECISIONS_AT_ONCE);
  useEffect(() => setMost(DECISIONS_AT_ONCE), [answered.answer]);
  const shown = feed.entries.slice(0, most);
  const days = shown.map(({ record }) => localDay(record.time));
  const today = localDay(new Date().toISOString());
  return (
    <>
      <PageHead title="Decisions" answered={answered} />
      <Filters
        route={route}
        filters={[
          { key: 'namespace', label: 'Namespace', offered: choices('namespace') },
          { key: 'workload', label: 'Workload' },
          { key: 'tribe', label: 'Tribe', offered: choices('tribe') },
          { key: 'squad', label: 'Squad', offered: choices('squad') },
          { key: 'verdict', label: 'Verdict', options: VERDICTS },
          { key: 'reason', label: 'Reason', offered: choices('reason') },
          { key: 'user', label: 'User', offered: choices('user') },
          { key: 'hook', label: 'Hook', options: HOOKS },
        ]}
      />
      <Waiting answered={answered} />
      {answered.answer !== undefined && (
        <>
          <FeedStanding feed={feed} />
          {shown.length === 0 && <p class="empty">No decision matches these filters yet.</p>}
          <ol class="feed">
            {shown.map((entry, index) => (
              <DecisionRow
                key={`${entry.replica} ${entry.id}`}
                entry={entry}
                day={days[index] === (days[index - 1] ?? today) ? undefined : days[index]}
              />
            ))}
          </ol>
          <OlderDecisions
            begun={answered.answer}
            query={query}
            last={feed.entries.at(-1)}
            hidden={feed.entries.length - shown.length}
            onOlder={(older) => {
              feed.append(older);
              setMost(shown.length + DECISIONS_AT_ONCE);
            }}
          />
          <p class="quiet">
            What is older than the replicas remember is found by <code>pillion audit</code>.
          </p>
        </>
      )}
    </>
  );
}
