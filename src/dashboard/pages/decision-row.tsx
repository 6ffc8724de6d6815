import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { FeedEntry } from '../../core/dashboard/decisions.ts';
import { Badge } from '../parts/badge.tsx';
import { memo } from '../parts/memo.ts';
import { clock, moment } from '../parts/moment.ts';
import { ownerText } from '../parts/owner.ts';
import { Prose } from '../parts/prose.tsx';
import { Settings } from '../parts/settings.tsx';
import { hrefOf } from '../route.ts';

/**
 * One decision: a line, and behind it the whole record. A record never changes, so a line is drawn once.
 * @param day told where it is another one than that of the line above
 */
export const DecisionRow = memo(({ entry, day }: { entry: FeedEntry; day: string | undefined }) => {
  const [isOpen, setOpen] = useState(false);
  const { record, replica } = entry;
  const subject = subjectOf(record);
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={record.time} title={moment(record.time)}>
            {clock(record.time)}
            {day !== undefined && <span class="says">{day}</span>}
          </time>
          <Badge state={record.verdict} />
          <span class="subject">
            {subject !== '' && record.namespace !== '' && <span class="quiet">{record.namespace}/</span>}
            {subject === '' ? `Namespace ${record.namespace}` : subject}
          </span>
          <span class="reason">{record.reason}</span>
        </summary>
        {isOpen && <Record entry={record} replica={replica} />}
      </details>
    </li>
  );
});

/** What was decided about, as a person would call it; nothing where that is the namespace itself. */
function subjectOf(record: FeedEntry['record']): string {
  const { workload, object, owner, pod, generateName } = record;
  if (workload !== undefined) return `${workload.kind} ${workload.name}`;
  if (object !== undefined) return `${object.kind} ${object.name}`;
  if (pod !== undefined) return pod;
  if (generateName !== undefined) return `${generateName}*`;
  return owner === undefined ? '' : `${owner.kind} ${owner.name}`;
}

function Record({ entry, replica }: { entry: FeedEntry['record']; replica: string }) {
  const { owner, tribe, squad, user, hook, operation, policy, profile, rule, hints, problems, settings } = entry;
  return (
    <div class="record">
      <dl>
        {owner !== undefined && (
          <Pair
            name="Owner"
            value={
              <a
                href={hrefOf('workloads', [entry.namespace, owner.kind, owner.name])}
              >{`${owner.kind} ${owner.name}`}</a>
            }
          />
        )}
        <Pair name="Team" value={ownerText(squad, tribe)} />
        <Pair name="User" value={user} />
        <Pair name="Request" value={`${operation} at the hook ${hook}${entry.dryRun ? ', dry run' : ''}`} />
        <Pair name="Policy" value={`${policy.name}${profile === undefined ? '' : `, profile ${profile}`}`} />
        {rule !== '' && <Pair name="Rule" value={<code>{rule}</code>} />}
        <Pair name="Replica" value={replica} />
        <Pair name="Record" value={<code>{entry.recordId}</code>} />
      </dl>
      {entry.message !== undefined && <p>{entry.message}</p>}
      {[...hints.map(({ message }) => message), ...problems.map(({ path, message }) => `${path}: ${message}`)].map(
        (text) => (
          <p key={text}>
            <Prose text={text} />
          </p>
        ),
      )}
      {settings.length > 0 && <Settings settings={settings} />}
      <details>
        <summary>The whole record as JSON</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
        <pre tabIndex={0}>{JSON.stringify(entry, null, 2)}</pre>
      </details>
    </div>
  );
}

function Pair({ name, value }: { name: string; value: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
