import type { WorkloadRow } from '../../core/dashboard/workloads.ts';
import { Badge, spoken } from '../parts/badge.tsx';
import { byPlace, type Column, DataTable } from '../parts/data-table.tsx';
import { Filters } from '../parts/filters.tsx';
import { number } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { PageButtons, usePagedRows } from '../parts/pages-of-rows.tsx';
import { sentence } from '../parts/sentence.ts';
import { hrefOf, type Route } from '../route.ts';
import { choicesOf } from './choices.ts';

const KEYS = ['search', 'namespace', 'tribe', 'squad', 'stage', 'verdict', 'reason', 'compatibility'] as const;
const VERDICTS: WorkloadRow['verdict'][] = ['inject', 'skip', 'deny', 'error'];
const COMPATIBILITIES: WorkloadRow['compatibility'][] = ['compatible', 'needsChanges', 'incompatible', 'unknown'];

const COLUMNS: Column<WorkloadRow>[] = [
  {
    head: 'Workload',
    cell: ({ namespace, kind, name }) => (
      <>
        <a href={hrefOf('workloads', [namespace, kind, name])}>{name}</a>
        <span class="quiet says">
          {kind} in {namespace}
        </span>
      </>
    ),
  },
  {
    head: 'Owner',
    cell: ({ tribe, squad }) => (
      <>
        {squad ?? 'unowned'}
        {tribe !== undefined && <span class="quiet says">{tribe}</span>}
      </>
    ),
  },
  { head: 'Stage', cell: ({ stage }) => stage ?? '' },
  {
    head: 'Verdict',
    cell: ({ verdict, reason, says }) => (
      <>
        <Badge state={verdict} /> <span class="reason">{reason}</span>
        {verdict !== 'inject' && <span class="quiet says">{sentence(says)}</span>}
      </>
    ),
  },
  {
    head: 'Pods',
    isNumber: true,
    cell: ({ pods, states }) => (
      <>
        {number(pods)}
        <span class="quiet says">
          {Object.entries(states)
            .map(([state, count]) => `${number(count)} ${spoken(state)}`)
            .join(', ')}
        </span>
      </>
    ),
  },
  {
    head: 'Compatibility',
    cell: ({ compatibility, findings }) => (
      <>
        <Badge state={compatibility} />
        {findings > 0 && <span class="quiet says">{findings === 1 ? '1 finding' : `${findings} findings`}</span>}
      </>
    ),
  },
];

/** Workloads with what becomes of their pods, and why. */
export function WorkloadsPage({ route }: { route: Route }) {
  const query = KEYS.map((key) => [key, route.query.get(key) ?? ''] as const);
  const rows = usePagedRows('workloads', query);
  const { answered } = rows;
  const choices = choicesOf(answered.answer, ['namespace', 'tribe', 'squad', 'stage', 'reason']);
  return (
    <>
      <PageHead title="Workloads" answered={answered} />
      <Filters
        route={route}
        filters={[
          { key: 'search', label: 'Name contains' },
          { key: 'namespace', label: 'Namespace', offered: choices('namespace') },
          { key: 'tribe', label: 'Tribe', offered: choices('tribe') },
          { key: 'squad', label: 'Squad', offered: choices('squad') },
          { key: 'stage', label: 'Stage', offered: choices('stage') },
          { key: 'verdict', label: 'Verdict', options: VERDICTS },
          { key: 'reason', label: 'Reason', offered: choices('reason') },
          { key: 'compatibility', label: 'Compatibility', options: COMPATIBILITIES },
        ]}
      />
      <Waiting answered={answered} />
      {answered.answer !== undefined && (
        <>
          <PageButtons rows={rows} what="workloads" />
          <DataTable
            caption="Workloads"
            rows={answered.answer.items}
            keyOf={byPlace}
            columns={COLUMNS}
            isBusy={answered.isLoading}
            empty="No workload matches these filters."
          />
        </>
      )}
    </>
  );
}
