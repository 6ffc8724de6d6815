import type { Overview } from '../../core/dashboard/overview.ts';
import { Badge } from '../parts/badge.tsx';
import { counted, moment, number } from '../parts/moment.ts';
import { hrefOf } from '../route.ts';

/** What was decided lately, and why; each leads to the decisions themselves. */
export function Verdicts({ verdicts }: { verdicts: Overview['verdicts'] }) {
  const total = Object.values(verdicts.byVerdict).reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...verdicts.byReason.map(({ count }) => count));
  return (
    <section class="card" aria-labelledby="verdicts">
      <h2 id="verdicts">Decisions</h2>
      <p class="quiet">
        {counted(total, 'decision')} since <time dateTime={verdicts.since}>{moment(verdicts.since)}</time>
      </p>
      <p class="tally">
        {Object.entries(verdicts.byVerdict).map(([verdict, count]) => (
          <a key={verdict} href={hrefOf('decisions', [], [['verdict', verdict]])}>
            <Badge state={verdict} /> {number(count)}
          </a>
        ))}
      </p>
      <ul class="bars">
        {verdicts.byReason.map(({ reason, verdict, count }) => (
          <li key={`${verdict} ${reason}`}>
            <a href={hrefOf('decisions', [], [['reason', reason]])}>{reason}</a>
            <span class={`bar ${verdict}`} aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span class="number">{number(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
