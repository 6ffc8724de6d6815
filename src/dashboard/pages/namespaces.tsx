import type { NamespaceRow } from '../../core/dashboard/workloads.ts';
import { Badge } from '../parts/badge.tsx';
import { byPlace, type Column, DataTable } from '../parts/data-table.tsx';
import { Filters } from '../parts/filters.tsx';
import { Meter } from '../parts/meter.tsx';
import { number } from '../parts/moment.ts';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { PageButtons, usePagedRows } from '../parts/pages-of-rows.tsx';
import { sentence } from '../parts/sentence.ts';
import { hrefOf, type Route } from '../route.ts';
import { choicesOf } from './choices.ts';

const KEYS = ['search', 'namespace', 'tribe', 'stage', 'optIn'] as const;
const OPT_INS: NamespaceRow['optIn'][] = ['enabled', 'disabled', 'notEnabled', 'invalid', 'protected', 'otherRevision'];

// the word says all that the sentence would
const PLAIN = new Set<NamespaceRow['optIn']>(['enabled', 'disabled', 'notEnabled']);

const COLUMNS: Column<NamespaceRow>[] = [
  { head: 'Namespace', cell: ({ name }) => <a href={hrefOf('workloads', [], [['namespace', name]])}>{name}</a> },
  { head: 'Tribe', cell: ({ tribe }) => tribe ?? 'unowned' },
  { head: 'Stage', cell: ({ stage }) => stage ?? '' },
  {
    head: 'Opt-in',
    cell: ({ optIn, optInSays }) => (
      <>
        <Badge state={optIn} />
        {!PLAIN.has(optIn) && <span class="quiet says">{sentence(optInSays)}</span>}
      </>
    ),
  },
  { head: 'Injected', cell: ({ pods }) => <Meter part={pods.injected} of={pods.eligible} label="pods" /> },
  { head: 'Eligible workloads', isNumber: true, cell: ({ workloads }) => number(workloads.eligible) },
  {
    head: 'Pods to mend',
    isNumber: true,
    cell: ({ toMend }) => (toMend === 0 ? '0' : <strong class="attention">{number(toMend)}</strong>),
  },
];

/** Namespaces, and how far each is. */
export function NamespacesPage({ route }: { route: Route }) {
  const query = KEYS.map((key) => [key, route.query.get(key) ?? ''] as const);
  const rows = usePagedRows('namespaces', query);
  const { answered } = rows;
  const choices = choicesOf(answered.answer, ['namespace', 'tribe', 'stage']);
  return (
    <>
      <PageHead title="Namespaces" answered={answered} />
      <Filters
        route={route}
        filters={[
          { key: 'search', label: 'Name contains' },
          { key: 'namespace', label: 'Namespace', offered: choices('namespace') },
          { key: 'tribe', label: 'Tribe', offered: choices('tribe') },
          { key: 'stage', label: 'Stage', offered: choices('stage') },
          { key: 'optIn', label: 'Opt-in', options: OPT_INS },
        ]}
      />
      <Waiting answered={answered} />
      {answered.answer !== undefined && (
        <>
          <PageButtons rows={rows} what="namespaces" />
          <DataTable
            caption="Namespaces"
            rows={answered.answer.items}
            keyOf={byPlace}
            columns={COLUMNS}
            isBusy={answered.isLoading}
            empty="No namespace matches these filters."
          />
        </>
      )}
    </>
  );
}
