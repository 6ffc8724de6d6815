import type { WorkloadDetail } from '../../core/dashboard/workloads.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Badge } from '../parts/badge.tsx';
import { Checks } from '../parts/checks.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Findings } from '../parts/findings.tsx';
import { counted } from '../parts/moment.ts';
import { ownerText } from '../parts/owner.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { NextSteps, Prose } from '../parts/prose.tsx';
import { sentence } from '../parts/sentence.ts';
import { Settings } from '../parts/settings.tsx';
import { hrefOf, type Route } from '../route.ts';

const NEXT: Column<WorkloadDetail['pods'][number]> = {
  head: 'What to do',
  cell: (pod) => (pod.next === undefined ? '' : <Prose text={pod.next} />),
};

/** One workload: what becomes of its pods and why, and what to do. */
export function WorkloadPage({ route }: { route: Route }) {
  const [namespace = '', kind = '', name = ''] = route.rest;
  const answered = useAnswer('workload', { path: { namespace, kind, name } });
  return (
    <>
      <p class="trail">
        <a href={hrefOf('workloads')}>Workloads</a> /{' '}
        <a href={hrefOf('workloads', [], [['namespace', namespace]])}>{namespace}</a> /
      </p>
      <PageHead title={name} lead={`${kind} in ${namespace}`} answered={answered} />
      <Waiting answered={answered} />
      {answered.answer !== undefined && <Detail detail={answered.answer} />}
    </>
  );
}

function Detail({ detail }: { detail: WorkloadDetail }) {
  const { row, rule, also, hints, checks, settings, findings, pods, next } = detail;
  return (
    <>
      <section class="card" aria-labelledby="verdict">
        <h2 id="verdict">Verdict</h2>
        <p class="verdict">
          <Badge state={row.verdict} /> <strong class="reason">{row.reason}</strong>
        </p>
        <p>
          <Prose text={sentence(row.says)} />
        </p>
        <p class="quiet">
          Owner: {ownerText(row.squad, row.tribe)}
          {row.stage !== undefined && ` · stage ${row.stage}`}
          {rule !== '' && (
            <>
              {' '}
              · rule <code>{rule}</code>
            </>
          )}
        </p>
        {also.length > 0 && <p>Also holds: {also.join(', ')}</p>}
        {hints.length > 0 && <h3>Hints</h3>}
        {hints.length > 0 && (
          <ul class="hints">
            {hints.map((hint) => (
              <li key={hint}>
                <Prose text={hint} />
              </li>
            ))}
          </ul>
        )}
        {next.length > 0 && <h3>What to do</h3>}
        <NextSteps steps={next} />
      </section>
      <section class="card" aria-labelledby="findings">
        <div class="card-head">
          <h2 id="findings">Compatibility</h2>
          <Badge state={row.compatibility} />
        </div>
        <Findings findings={findings} />
      </section>
      <section class="card" aria-labelledby="pods">
        <h2 id="pods">Pods</h2>
        {pods.length < row.pods && (
          <p class="quiet">
            The first {pods.length} of {counted(row.pods, 'pod')}
          </p>
        )}
        <DataTable
          caption="Pods"
          rows={pods}
          keyOf={(pod) => pod.name}
          empty="No pod runs."
          columns={[
            { head: 'Pod', cell: (pod) => pod.name },
            { head: 'State', cell: (pod) => <Badge state={pod.state} /> },
            { head: 'Why', cell: (pod) => <Prose text={sentence(pod.says)} /> },
            ...(pods.some((pod) => pod.next !== undefined) ? [NEXT] : []),
          ]}
        />
      </section>
      <section class="card" aria-labelledby="settings">
        <h2 id="settings">Settings</h2>
        <Settings settings={settings} />
      </section>
      <section class="card" aria-labelledby="checks">
        <h2 id="checks">Checks</h2>
        <Checks checks={checks} />
      </section>
    </>
  );
}
