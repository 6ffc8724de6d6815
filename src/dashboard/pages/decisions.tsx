import { useMemo } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.ts';
import { useFeed } from '../api/use-feed.ts';
import { Filters } from '../parts/filters.tsx';
import { localDay } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import type { Route } from '../route.ts';
import { choicesOf } from './choices.ts';
import { DecisionRow } from './decision-row.tsx';
import { FeedStanding } from './feed-standing.tsx';

const KEYS = ['namespace', 'workload', 'tribe', 'squad', 'verdict', 'reason', 'user', 'hook'] as const;
const VERDICTS = ['inject', 'skip', 'deny', 'allow', 'error'];
const HOOKS = ['inject', 'warn', 'workloads', 'namespaces', 'policies', 'services', 'watch'];
// more than one reads; what is older is found by a filter, or by `pillion audit`
const SHOWN = 100;

/** What was decided lately, and what is being decided. */
export function DecisionsPage({ route }: { route: Route }) {
  const query = KEYS.map((key) => [key, route.query.get(key) ?? ''] as const);
  const answered = useAnswer('decisions', { query: [...query, ['limit', '100']] });
  const feed = useFeed(query, answered.answer);
  const records = useMemo(() => ({ items: feed.entries.map(({ record }) => record) }), [feed.entries]);
  const choices = choicesOf(records, ['namespace', 'tribe', 'squad', 'reason', 'user']);
  const shown = feed.entries.slice(0, SHOWN);
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
          <p class="quiet">
            {shown.length === SHOWN && `The ${SHOWN} newest are shown; filters lead to others. `}What is older than the
            replicas remember is found by <code>pillion audit</code>.
          </p>
        </>
      )}
    </>
  );
}
