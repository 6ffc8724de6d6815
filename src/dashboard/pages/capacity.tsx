import type { CapacityView } from '../../core/dashboard/capacity.ts';
import { useAnswer } from '../api/use-answer.ts';
import { amountOf } from '../parts/amount.ts';
import { Badge } from '../parts/badge.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { counted, number } from '../parts/moment.ts';
import { MoreRows } from '../parts/more-rows.tsx';
import { PageHead, Waiting } from '../parts/page-head.tsx';
import { Prose } from '../parts/prose.tsx';
import { capital } from '../parts/sentence.ts';

const BASIS = {
  measured: { word: 'measured', tone: 'good' },
  from: { word: 'worked out', tone: 'accent' },
  assumed: { word: 'assumed', tone: 'warning' },
} as const;

type At = CapacityView['lines'][number]['at'];
type Owned = CapacityView['squads'][number];

/** What sidecars take now, after the next stage, and when everything has its own that can. */
export function CapacityPage() {
  const answered = useAnswer('capacity');
  const view = answered.answer;
  return (
    <>
      <PageHead
        title="Capacity"
        answered={answered}
        lead="What sidecars take now, after the next stage, and in the end."
      />
      <Waiting answered={answered} />
      {view !== undefined && (
        <>
          <section class="card" aria-labelledby="lines">
            <h2 id="lines">What the sidecars take</h2>
            <DataTable
              caption="Capacity"
              rows={view.lines}
              keyOf={({ what }) => what}
              columns={[
                { head: 'What', cell: ({ what }) => capital(what) },
                ...atColumns<CapacityView['lines'][number]>(view.stage, ({ at, unit }) => [at, unit]),
                {
                  head: 'Basis',
                  cell: ({ basis, basisOf }) => (
                    <>
                      <Badge state={BASIS[basis].word} tone={BASIS[basis].tone} />
                      <span class="quiet says">{basis === 'from' ? `from ${basisOf}` : basisOf}</span>
                    </>
                  ),
                },
              ]}
            />
          </section>
          <Quotas quotas={view.quotas} />
          <OwnedBy title="Squads" one="Squad" rows={view.squads} stage={view.stage} />
          <OwnedBy title="Namespaces" one="Namespace" rows={view.namespaces} stage={view.stage} />
          <section class="card" aria-labelledby="left-out">
            <h2 id="left-out">Left out</h2>
            <DataTable
              caption="What is not counted"
              rows={view.leftOut}
              keyOf={({ reason }) => reason}
              empty="Everything is counted."
              columns={[
                { head: 'Reason', cell: ({ reason }) => reason },
                { head: 'Workloads', isNumber: true, cell: ({ workloads }) => number(workloads) },
                { head: 'Pods', isNumber: true, cell: ({ pods }) => number(pods) },
              ]}
            />
          </section>
        </>
      )}
    </>
  );
}

/** Three columns of figures: now, after the stage that is opened next, and at the end. */
function atColumns<Row>(stage: string | undefined, read: (row: Row) => readonly [At, string]) {
  const column = (head: string, key: keyof At) => ({
    head,
    isNumber: true as const,
    cell: (row: Row) => {
      const [at, unit] = read(row);
      const { [key]: amount, now } = at;
      return (
        <>
          {amountOf(amount, unit)}
          {key !== 'now' && amount !== undefined && now !== undefined && (
            <span class="quiet says">{amount === now ? 'no change' : differenceOf(amount - now, unit)}</span>
          )}
        </>
      );
    },
  });
  return [column('Now', 'now'), column(afterStage(stage), 'afterStage'), column(AT_THE_END, 'everything')];
}

const differenceOf = (more: number, unit: string) => `${more < 0 ? '−' : '+'} ${amountOf(Math.abs(more), unit)}`;
const AT_THE_END = 'In the end';

const afterStage = (stage: string | undefined) => (stage === undefined ? 'After the next stage' : `After ${stage}`);

const OWNED: readonly (readonly [key: keyof At, head: (stage: string | undefined) => string])[] = [
  ['now', () => 'Now'],
  ['afterStage', afterStage],
  ['everything', () => AT_THE_END],
];

/** Sidecars, and the memory of them below. */
const ownedColumn = (key: keyof At, head: string): Column<Owned> => ({
  head,
  isNumber: true,
  cell: ({ sidecars, memory }) => (
    <>
      {sidecars[key] === undefined ? '–' : counted(sidecars[key], 'sidecar')}
      <span class="quiet says">{amountOf(memory[key], 'bytes')} memory</span>
    </>
  ),
});

function OwnedBy({
  title,
  one,
  rows,
  stage,
}: {
  title: string;
  one: string;
  rows: readonly Owned[];
  stage: string | undefined;
}) {
  const id = title.toLowerCase();
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <MoreRows rows={rows} what={counted(rows.length, one.toLowerCase())}>
        {(shown) => (
          <DataTable
            caption={`Sidecars and memory by ${one.toLowerCase()}`}
            rows={shown}
            keyOf={({ name }) => name}
            empty="Nothing to show."
            columns={[
              { head: one, cell: ({ name }) => name },
              ...OWNED.map(([key, head]) => ownedColumn(key, head(stage))),
            ]}
          />
        )}
      </MoreRows>
    </section>
  );
}

function Quotas({ quotas }: { quotas: CapacityView['quotas'] }) {
  if (quotas.length === 0) return null;
  const sorted = quotas.toSorted((a, b) => Number(b.lacks) - Number(a.lacks));
  const lacking = quotas.filter(({ lacks }) => lacks).length;
  return (
    <section class="card" aria-labelledby="quotas">
      <h2 id="quotas">Quotas</h2>
      <p class="quiet">
        {lacking === 0
          ? 'All of them are large enough.'
          : `${number(lacking)} of ${number(quotas.length)} are too small.`}
      </p>
      <MoreRows rows={sorted} what={counted(quotas.length, 'bound')}>
        {(shown) => (
          <ul class="states">
            {shown.map(({ namespace, quota, says, lacks }) => (
              <li key={`${namespace} ${quota} ${says}`}>
                <Badge state={lacks ? 'too small' : 'enough'} tone={lacks ? 'bad' : 'good'} />
                <div>
                  <strong>
                    {namespace}/{quota}
                  </strong>{' '}
                  <Prose text={says} />
                </div>
              </li>
            ))}
          </ul>
        )}
      </MoreRows>
    </section>
  );
}
