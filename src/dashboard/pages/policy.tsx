import type { PolicyView } from '../../core/dashboard/policy.ts';
import { useAnswer } from '../api/use-answer.ts';
import { CodeBlock } from '../parts/code-block.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { counted, moment, number } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { Prose } from '../parts/prose.tsx';
import { hrefOf } from '../route.ts';
import { beginWithPolicy } from './playground-draft.ts';

/** The policy in force, what policies in mode Shadow would change, and what was in force before. */
export function PolicyPage() {
  const answered = useAnswer('policy');
  const view = answered.answer;
  return (
    <>
      <PageHead title="Policy" answered={answered} />
      <Waiting answered={answered} />
      {view !== undefined && (
        <>
          <Active active={view.active} />
          <Shadows shadows={view.shadows} />
          <section class="card" aria-labelledby="profiles">
            <h2 id="profiles">Profiles</h2>
            {view.profiles.length === 0 && <p class="empty">The policy names no profile.</p>}
            {view.profiles.map(({ name, kind, revision, yaml }) => (
              <details key={name}>
                <summary>
                  {name}{' '}
                  <span class="quiet">
                    {kind} · revision {revision}
                  </span>
                </summary>
                <CodeBlock text={yaml} label={`Profile ${name} as YAML`} />
              </details>
            ))}
          </section>
          <History history={view.history} />
        </>
      )}
    </>
  );
}

function Active({ active }: { active: PolicyView['active'] }) {
  const { name, revision, source, yaml, effective, problems } = active;
  const own = effective.filter(({ isBuiltIn }) => !isBuiltIn);
  return (
    <section class="card" aria-labelledby="active">
      <h2 id="active">In force: {name}</h2>
      <p class="quiet">
        From {source} · revision <code>{revision}</code> ·{' '}
        <a href={hrefOf('playground')} onClick={() => beginWithPolicy(yaml)}>
          Try another policy
        </a>
      </p>
      {problems.length > 0 && (
        <div class="notice warning">
          <strong>Not in force:</strong>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>
                <Prose text={problem} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <Settings caption="Settings of its own" rows={own} empty="Nothing differs from what is built in." />
      <details>
        <summary>{counted(effective.length - own.length, 'setting')} as built in</summary>
        <Settings caption="Settings as built in" rows={effective.filter(({ isBuiltIn }) => isBuiltIn)} />
      </details>
      <details>
        <summary>As YAML, defaults filled in</summary>
        <CodeBlock text={yaml} label={`Policy ${name} as YAML`} />
      </details>
    </section>
  );
}

function Settings({
  caption,
  rows,
  empty,
}: {
  caption: string;
  rows: PolicyView['active']['effective'];
  empty?: string;
}) {
  return (
    <DataTable
      caption={caption}
      rows={rows}
      keyOf={({ path }) => path}
      {...(empty !== undefined && { empty })}
      columns={[
        { head: 'Setting', cell: ({ path }) => <code>{path}</code> },
        { head: 'Value', cell: ({ value }) => <code>{value}</code> },
        { head: 'Origin', isLong: true, cell: ({ origin }) => origin },
      ]}
    />
  );
}

function Shadows({ shadows }: { shadows: PolicyView['shadows'] }) {
  return (
    <section class="card" aria-labelledby="shadows">
      <h2 id="shadows">Shadows</h2>
      {shadows.length === 0 && (
        <p class="empty">No policy runs in mode Shadow. One that does is asked about every pod, and changes nothing.</p>
      )}
      {shadows.map(({ policy, revision, decisions, differences, byDifference }) => (
        <div key={policy} class="shadow">
          <h3>{policy}</h3>
          <p class="quiet">
            revision <code>{revision}</code> · {counted(decisions, 'decision')} compared ·{' '}
            {differences === 0 ? 'no difference' : counted(differences, 'difference')}
          </p>
          {byDifference.length > 0 && (
            <DataTable
              caption={`Differences of ${policy}`}
              rows={byDifference}
              keyOf={({ difference }) => difference}
              columns={[
                { head: 'Difference', cell: ({ difference }) => difference },
                { head: 'Workloads seen last', isNumber: true, cell: ({ count }) => number(count) },
                { head: 'Example', cell: ({ example }) => example ?? '' },
              ]}
            />
          )}
        </div>
      ))}
    </section>
  );
}

function History({ history }: { history: PolicyView['history'] }) {
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">History</h2>
      <DataTable
        caption="What was in force, the newest first"
        rows={history}
        keyOf={({ at, revision }, index) => `${at} ${revision} ${index}`}
        empty="No change is known."
        columns={[
          { head: 'When', cell: ({ at }) => <time dateTime={at}>{moment(at)}</time> },
          { head: 'Who', cell: ({ by }) => by },
          { head: 'Policy', cell: ({ policy }) => policy },
          { head: 'Revision', cell: ({ revision }) => <code>{revision}</code> },
          {
            head: 'Changes',
            isLong: true,
            cell: ({ changes }) => (
              <ul class="changes">
                {changes.map((change) => (
                  <li key={change}>{change}</li>
                ))}
              </ul>
            ),
          },
        ]}
      />
    </section>
  );
}
